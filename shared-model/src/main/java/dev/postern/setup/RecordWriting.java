package dev.postern.setup;

/// Who writes a domain's DNS records.
public sealed interface RecordWriting {

    /// A person, at the domain's DNS provider.
    record ByHand() implements RecordWriting {
    }

    /// Postern, in a zone of its own, to which the domain's names are aliases (RFC 8461 §8.2). The labels there carry
    /// the domain's own token: with labels that all share, two organisations that add the same domain would collide.
    ///
    /// @param zone in A-labels, without trailing dot
    record Delegated(String zone) implements RecordWriting {

        public String stsName(MailDomain domain) {
            return domain.ownershipToken() + "._mta-sts." + zone;
        }

        public String reportName(MailDomain domain) {
            return domain.ownershipToken() + "._smtp-tls." + zone;
        }
    }

    /// Postern, in the domain's own zone.
    ///
    /// @param connection the connection's name, as the organisation gave it
    record Connected(String connection) implements RecordWriting {
    }
}
