/// The newest finding of each check on each domain.
package dev.postern.db.finding;
