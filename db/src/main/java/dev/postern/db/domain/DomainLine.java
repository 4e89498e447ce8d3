package dev.postern.db.domain;

import dev.postern.setup.MailDomain;
import java.time.Instant;
import java.util.Optional;

/// One domain in a table of many.
///
/// @param maxAgeSeconds    of the newest policy; empty before the first
/// @param failed           failed sessions of the last days, as the organisation lets reports count
/// @param certificateUntil the earliest end among the certificates of its MXs, as last seen; empty where none is valid
/// @param certificateBad   whether an MX was seen without a certificate that is trusted and names it
public record DomainLine(MailDomain domain, Optional<Long> maxAgeSeconds, long failed,
                         Optional<Instant> certificateUntil, boolean certificateBad) {
}
