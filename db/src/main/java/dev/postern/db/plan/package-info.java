/// Change plans as they are kept: what was wanted, what was seen done, what was told. The rules are those of
/// [dev.postern.rollout.plan].
package dev.postern.db.plan;
