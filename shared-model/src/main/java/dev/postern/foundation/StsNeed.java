package dev.postern.foundation;

import java.util.ArrayList;
import java.util.List;

/// Helps to decide whether MTA-STS is worth the work now: a few answers in, an advice with its reasons out.
///
/// @param sensitive whether the mail that comes in holds what strangers must not read: contracts, health, people's data
/// @param required  whether a rule, a contract or an authority asks for transport encryption that can't be stripped
/// @param brand     whether strangers gain by forging mail in the domain's name
/// @param incoming  how much mail comes in on a working day
/// @param mx        who runs the MXs
/// @param dane      whether the MXs have DANE already
/// @param watched   whether somebody will look at failures in the first weeks
public record StsNeed(boolean sensitive, boolean required, boolean brand, Incoming incoming, MxRunner mx, boolean dane,
                      boolean watched) {

    public enum Incoming { NONE, UNDER_100, UNDER_10_000, MORE }

    public enum MxRunner {
        /// A large provider, whose certificates are in order.
        LARGE_PROVIDER,
        OURSELVES,
        SOMEBODY_ELSE
    }

    public enum When { NOW, SOON, NOT_YET }

    /// @param reasons sentences, the weightiest first
    public record Advice(When when, List<String> reasons) {
        public Advice {
            reasons = List.copyOf(reasons);
        }
    }

    /// What to do, and why.
    ///
    /// @param dmarcEnforced whether mail that nobody vouches for is refused already (RFC 7489 §6.3)
    public Advice advice(boolean dmarcEnforced) {
        var reasons = new ArrayList<String>();
        if (incoming == Incoming.NONE) {
            return new Advice(When.NOT_YET, List.of("A domain that takes no mail has nothing on its way that could be "
                    + "read: publish a null MX (RFC 7505), SPF -all and DMARC p=reject instead."));
        }
        boolean pressing = required || sensitive;
        if (required) {
            reasons.add("It is asked of you. TLS-RPT and MTA-STS in testing are the first evidence that you work on it.");
        }
        if (sensitive) {
            reasons.add("Without it, anyone on the path can read what comes in by removing STARTTLS (RFC 3207 §6).");
        }
        if (!dmarcEnforced) {
            reasons.add("DMARC does not refuse forged mail yet. Writing in your name is easier than reading your mail on "
                    + "its way" + (brand ? ", and your name is worth it: do that first." : ": do that first, or beside."));
        }
        if (dane) {
            reasons.add("DANE protects mail from senders that do DANE; the largest ones only do MTA-STS, so both count.");
        }
        switch (mx) {
            case LARGE_PROVIDER -> reasons.add("Your provider's MXs have certificates that hold, so it is little work.");
            case OURSELVES -> reasons.add("Your own MXs need certificates of a public authority that renew by "
                    + "themselves; see to that first.");
            case SOMEBODY_ELSE -> reasons.add("Ask who runs your MXs whether their certificates name the MX hosts, and "
                    + "who renews them.");
        }
        if (!watched) {
            reasons.add("Nobody will look at failures: publish TLS-RPT and stay in testing until somebody does. A policy "
                    + "in enforce that nobody watches bounces mail one day.");
            return new Advice(pressing ? When.SOON : When.NOT_YET, reasons);
        }
        if (brand && !dmarcEnforced && !required) {
            return new Advice(When.SOON, reasons);
        }
        if (pressing) {
            return new Advice(When.NOW, reasons);
        }
        if (incoming == Incoming.UNDER_100 && mx != MxRunner.LARGE_PROVIDER) {
            reasons.add("Little mail comes in: SPF, DKIM and DMARC protect more people first.");
            return new Advice(When.SOON, reasons);
        }
        return new Advice(mx == MxRunner.LARGE_PROVIDER || incoming == Incoming.MORE ? When.NOW : When.SOON, reasons);
    }
}
