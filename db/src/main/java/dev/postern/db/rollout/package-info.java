/// What the rollout of a domain is decided by, read from the tables, and what comes of each look, written back in the
/// same transaction. The rules themselves are [dev.postern.rollout.Rollout] and [dev.postern.rollout.News].
package dev.postern.db.rollout;
