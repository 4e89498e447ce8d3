/// Who sees what. All work on the database goes through [dev.postern.db.tenancy.Database], which sets the tenant, what
/// the caller presents, or the system role of a transaction; row-level security does the rest.
package dev.postern.db.tenancy;
