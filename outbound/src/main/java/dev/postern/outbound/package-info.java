/// What every connection to somebody else's server rests on: which addresses may be connected to at all, which roots
/// are trusted, and a deadline that no server can outlast. A customer decides where Postern connects to, so every
/// server here is a stranger's.
package dev.postern.outbound;
