package dev.postern.check;

import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PublishedPolicy;
import java.util.Optional;

/// What Postern holds for a domain that an organisation has added: what was seen is judged against it.
///
/// @param intended the newest policy published in Postern, if there is one
public record Managed(MailDomain domain, Optional<PublishedPolicy> intended, Installation installation) {
}
