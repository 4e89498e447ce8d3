/// Change plans as people meet them: asking for one, seeing where it stands, and the calendar file of it. The rules are
/// those of [dev.postern.rollout.plan].
package dev.postern.app.plan;
