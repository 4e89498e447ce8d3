/// Whether a mail bears a valid DKIM signature of the domain that it says it is from.
package dev.postern.ingest.dkim;
