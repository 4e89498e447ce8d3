/// What every outgoing connection of a probe rests on: which addresses may be asked at all, which roots are trusted,
/// and a deadline that no server can outlast.
package dev.postern.probe.net;
