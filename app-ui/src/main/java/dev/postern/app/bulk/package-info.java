/// Hundreds of domains in one table, and the same step for many of them at once, each as far as its own gates allow.
///
/// A page of the table is read in a fixed number of queries, however many rows it has; so are the gates of a selection,
/// in portions. The steps themselves are taken one domain after another, each in a transaction of its own, by the same
/// door as everywhere: [dev.postern.app.domain.Domains#take].
package dev.postern.app.bulk;
