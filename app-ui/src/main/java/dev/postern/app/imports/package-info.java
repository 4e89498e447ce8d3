/// Bringing history: files full of old reports, uploaded by people or programs, read and put on the log that reports by mail
/// and HTTPS come to, so that one recorder counts them all and knows what it has already.
///
/// An upload lies in a [dev.postern.app.imports.Spool] until it is read. [dev.postern.app.imports.Imports] reads a few of each
/// organisation's at a time. What became of the items, the recorder notes in the database; the pages and the REST API put both
/// halves together as an [dev.postern.app.imports.ImportStatus].
package dev.postern.app.imports;
