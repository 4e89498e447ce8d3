/// Report mailboxes: connecting, testing, pausing and removing the mailboxes in which an organisation keeps its TLS
/// reports. The ingest worker reads them.
package dev.postern.app.mailbox;
