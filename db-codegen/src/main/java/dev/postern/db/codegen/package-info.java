/// A step of the build: migrates a throw-away PostgreSQL and writes jOOQ's classes from what it then holds.
package dev.postern.db.codegen;
