/// What `./postern check` reads and writes: its arguments, the report for people, the report for programs, and the code
/// it ends with.
///
/// A person who has not installed anything wants to know what is wrong with a domain, and a pipeline wants to stop
/// before it breaks one. Everything here is text in and text out; the looking is done by
/// [dev.postern.probe.DomainProbe], and [dev.postern.probe.CheckCommand] brings the two together. Much of what is
/// printed was said by strangers' servers, so nothing reaches a terminal but through
/// [dev.postern.probe.command.Printable].
package dev.postern.probe.command;
