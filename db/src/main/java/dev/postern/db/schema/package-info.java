/// Brings a database to this version's schema, and makes the roles that row-level security rests on.
package dev.postern.db.schema;
