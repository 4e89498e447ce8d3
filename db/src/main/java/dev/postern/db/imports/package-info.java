/// Imports of old reports: how far each is, and what became of what it brought.
///
/// Two processes write about one import. The one that reads the files keeps [dev.postern.db.imports.ImportJob] up to date;
/// the recorder notes what became of each item. Neither waits for the other, so an import is over when all of it is read and
/// every item is noted.
package dev.postern.db.imports;
