package dev.postern.rollout;

import dev.postern.check.MxStanding;
import dev.postern.check.MxStanding.Answer;
import dev.postern.rollout.Exposure.Effect;
import dev.postern.rollout.Exposure.Holding;
import dev.postern.rollout.Exposure.Refusal;
import dev.postern.setup.PolicyHosting;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What an exposure means, said to a person who was woken by it.
record ExposureWords(ExposureFacts facts, Effect effect, List<Refusal> refusals, List<Holding> holdings) {

    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm 'UTC'",
            Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final String QUEUED = "Nothing is lost yet: senders keep the mail and try again, as a rule for four "
            + "to five days, before they return it (RFC 5321 §4.5.4.1).";

    private static final String MUST_LOOK = "Each must look before it gives a mail up (RFC 8461 §5.1).";

    String headline() {
        String name = name();
        return switch (effect) {
            case NONE -> "Nothing makes senders refuse mail to " + name + ".";
            case HELD -> holdings.stream().anyMatch(each -> each.policy().version().isPresent())
                    ? name + (facts.rollout().domain().phase() == Phase.TESTING ? " is back in testing"
                    : " is being retired") + ", but senders may still hold the enforced policy."
                    : "Senders may still hold an enforced policy of " + name + " that came from elsewhere.";
            case REPORTED -> "Senders reported that they refused mail to " + name + ". As seen from here, nothing is "
                    + "wrong now.";
            case DELAYED -> wholly().isEmpty()
                    ? who() + " refuse some addresses of " + refused() + ". Mail to " + name
                    + " still arrives at the others, perhaps later."
                    : who() + " pass " + refused() + " by. Mail to " + name + " still arrives at " + taking()
                    + ", perhaps later.";
            case AT_RISK -> who() + " refuse " + refused() + ", and whether another mail server of " + name
                    + " takes the mail could not be told.";
            case REFUSED -> who() + " refuse to deliver mail to " + name + ": no mail server is left that passes the "
                    + "policy.";
        };
    }

    String outlook() {
        return effect.compareTo(Effect.AT_RISK) >= 0 ? QUEUED : effect == Effect.HELD ? "Until " + time(last())
                + " a fault would still make them refuse mail." : "";
    }

    /// Once the policy was taken back, not every sender holds it.
    private String who() {
        return enforcing() ? "Senders" : "Senders that hold the enforced policy";
    }

    String advice() {
        return switch (effect) {
            case NONE -> "";
            case HELD -> "Leave the mail servers, their names and their certificates as they are until then.";
            case REPORTED -> "Look at the failures that were reported. Where you don't find the cause soon, roll back: "
                    + "in testing, senders deliver and report.";
            case DELAYED, AT_RISK, REFUSED -> refusing();
        };
    }

    private String refusing() {
        boolean tls = refusals.stream().anyMatch(Refusal::tls);
        boolean unnamed = refusals.stream().anyMatch(each -> !each.notNamedBy().isEmpty());
        if (facts.rollout().domain().phase() == Phase.SETUP) {
            return "The policy that senders hold came from elsewhere. Repair what they refuse, or begin testing here "
                    + "to take its place.";
        }
        if (!enforcing()) {
            return tls ? "The policy is taken back already. Repairing " + refused() + " is what helps the senders that "
                    + "still hold enforce." : "The policy is taken back already. What helps the senders that still "
                    + "hold enforce is an MX that it names.";
        }
        if (tls && effect == Effect.DELAYED) {
            return "Repair " + (unnamed ? "both" : "it") + ": that helps every sender" + (unnamed ? "" : " at its next "
                    + "attempt, whatever it holds") + ". Mail flows meanwhile, so a rollback, which gives protection "
                    + "up, can wait; take it should the rest fail too.";
        }
        if (tls && unnamed) {
            return "Two things are wrong at once. Roll back now, then repair both in peace.";
        }
        if (tls) {
            return "Quickest is the repair: it helps every sender at its next attempt, whatever it holds. Should it "
                    + "take "
                    + "longer than " + ttl().orElse("an hour") + ", roll back now and repair afterwards: doing both "
                    + "harms nothing.";
        }
        return newestNamesAll() ? "The newest version names it already, and senders that look for it deliver. Rolling "
                + "back gains nothing more; keep an MX in the DNS that the older version names."
                : "Is " + refused() + " yours? Then name it in the policy: that goes the same way as a rollback and as "
                + "fast, and mail stays protected. If not, take it out of the DNS. Roll back where you can do neither "
                + "now.";
    }

    String rollback(Optional<Instant> lookers, Instant everyone) {
        String lapse = " let go of it as their copies run out, the last on " + time(everyone) + ".";
        String rest = " The others" + lapse;
        if (enforcing()) {
            String how = facts.rollout().domain().hosting() == PolicyHosting.POSTERN
                    ? "The policy host says testing within seconds; then publish the new id at _mta-sts."
                    : "Put the new file on your web server, then publish the new id at _mta-sts.";
            return how + " Senders that look for a new id when a delivery fails see it " + ttl().map(words -> "within "
                    + words + " of that").orElse("once resolvers have forgotten the old record, whose TTL could not be "
                    + "told")
                    + ". " + MUST_LOOK + rest;
        }
        return switch (facts.rollout().trail().progress()) {
            case NOTHING, POLICY_AWAITED -> "The new policy has not been seen served yet. Until it is, and its id is "
                    + "at _mta-sts, nothing is gained. Senders" + lapse;
            case ID_AWAITED -> "The new policy is served. Its id " + id() + " is not at _mta-sts yet: until it is, "
                    + "senders do not know that there is something new, and nothing is gained. Senders" + lapse;
            case OUT -> lookers.map(at -> at.isAfter(facts.rollout().now())
                            ? "Policy and id are out. Senders that look for a new id when a delivery fails see it by "
                            + time(at) + ". " + MUST_LOOK
                            : "Policy and id are out. Senders that look for a new id when a delivery fails see it "
                            + "since "
                            + time(at) + ". " + MUST_LOOK).orElse("Policy and id are out. " + MUST_LOOK) + rest;
        };
    }

    String repair() {
        boolean tls = refusals.stream().anyMatch(Refusal::tls);
        boolean unnamed = refusals.stream().anyMatch(each -> !each.notNamedBy().isEmpty());
        String servers = "Once " + joined(refusals.stream().filter(Refusal::tls).map(Refusal::mx).toList())
                + (refusals.stream().filter(Refusal::tls).count() == 1 ? " is" : " are") + " repaired, every sender "
                + "delivers at its next attempt, as a rule within the hour, whatever policy it "
                + "holds.";
        String names = newestNamesAll() ? "The newest version of the policy names every MX. Senders with an older one "
                + "deliver once they have looked for the new id, the last when their copy runs out."
                : "Name " + joined(refusals.stream().filter(each ->
                        !each.notNamedBy().isEmpty()).map(Refusal::mx).toList())
                + " in the policy, then publish the new id: senders that look for it "
                + "deliver " + ttl().map(words -> "within " + words + " of that").orElse("soon after") + ", the others "
                + "as their copies run out.";
        return tls && unnamed ? servers + " " + names : tls ? servers : names;
    }

    private boolean enforcing() {
        return facts.rollout().domain().phase() == Phase.ENFORCE;
    }

    private boolean newestNamesAll() {
        return facts.rollout().trail().newest().map(PolicyVersion::published).filter(newest -> refusals.stream()
                .flatMap(each -> each.notNamedBy().stream()).noneMatch(held -> held.version()
                        .filter(version -> version == newest.version()).isPresent())).isPresent()
                && refusals.stream().flatMap(each -> each.notNamedBy().stream()).noneMatch(held ->
                        held.version().isEmpty()
                && held.until().isEmpty());
    }

    private List<Refusal> wholly() {
        return refusals.stream().filter(each -> !each.partly()).toList();
    }

    private String refused() {
        List<Refusal> these = wholly().isEmpty() ? refusals : wholly();
        return joined(these.stream().map(Refusal::mx).toList());
    }

    /// "one", "one and two", "one, two and three".
    private static String joined(List<String> names) {
        int last = names.size() - 1;
        return last < 1 ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    private String taking() {
        var refusedOnes = wholly().stream().map(Refusal::mx).toList();
        return joined(facts.mxs().stream().filter(mx -> !refusedOnes.contains(mx.mx()) && (mx.answer() == Answer.TAKES
                || mx.answer() == Answer.SOME_REFUSED)).map(MxStanding::mx).toList());
    }

    private Instant last() {
        return holdings.stream().map(Holding::until).max(Instant::compareTo).orElseThrow();
    }

    private String name() {
        return facts.rollout().domain().name().unicode();
    }

    private String id() {
        return facts.rollout().trail().newest().orElseThrow().published().id();
    }

    private Optional<String> ttl() {
        return facts.ttl().map(ExposureWords::words);
    }

    private static String words(Duration duration) {
        long seconds = Math.max(60, duration.toSeconds());
        return seconds < 7_200 ? count((seconds + 59) / 60, "minute")
                : seconds < 172_800 ? count((seconds + 3_599) / 3_600, "hour") : count((seconds + 86_399) / 86_400,
                        "day");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }

    private static String time(Instant at) {
        return MINUTE.format(at);
    }
}
