/// Everything that talks to PostgreSQL. A folder per concept, each with its store; `tenancy` says who sees what;
/// `schema` migrates. SQL lives nowhere else.
package dev.postern.db;
