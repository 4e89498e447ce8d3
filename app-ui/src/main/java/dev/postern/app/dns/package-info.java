/// Connections to DNS zones, and who writes the records of a domain: the pages and what members do there. The writing
/// itself is a process of its own.
package dev.postern.app.dns;
