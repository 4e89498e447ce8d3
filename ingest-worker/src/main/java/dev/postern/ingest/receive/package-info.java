/// What both ways of receiving share: reading a stranger's body into memory without letting strangers fill it.
package dev.postern.ingest.receive;
