/// What probes saw, as they saw it: the newest observation of each domain by vantage point, MX hosts shared by every
/// domain that names them, and the public checks that anybody may ask for.
package dev.postern.db.probe;
