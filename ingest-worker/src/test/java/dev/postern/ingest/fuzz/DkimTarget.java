package dev.postern.ingest.fuzz;

import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.tlsrpt.Authenticity;
import org.apache.james.jdkim.exceptions.TempFailException;

/// The bytes are a mail, and no key can be fetched: nothing may be verified.
public final class DkimTarget {

    private static final DkimCheck CHECK = new DkimCheck((_, _, _) -> {
        throw new TempFailException("no key can be fetched");
    });

    private DkimTarget() {
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Authenticity authenticity = CHECK.check(input);
        Invariants.require(authenticity.state() != Authenticity.State.VERIFIED, "verified without a key");
        Invariants.shown(authenticity.detail());
        authenticity.signer().ifPresent(Invariants::shown);
    }
}
