/// The mailboxes that organisations connected: kept by [dev.postern.db.mailbox.MailboxStore], handed out to the workers
/// that read them by [dev.postern.db.mailbox.MailboxSchedule].
package dev.postern.db.mailbox;
