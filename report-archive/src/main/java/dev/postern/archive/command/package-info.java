/// `./postern import`: sends files and folders to a running Postern by its REST API, waits until they are recorded, and says what
/// was new, known and wrong. It reads no archive itself; the server does, in one way for people and programs.
package dev.postern.archive.command;
