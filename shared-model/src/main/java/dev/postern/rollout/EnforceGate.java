package dev.postern.rollout;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What stands between `testing` and `enforce`.
public final class EnforceGate {

    /// Clean, reported days that the switch needs: two weeks catch what happens only on weekends or once a week.
    public static final int CLEAN_DAYS = 14;

    /// A warning is worth a look, and refuses no mail.
    private static final Set<Verdict> SUFFICIENT = Set.of(Verdict.PASS, Verdict.WARN);

    private EnforceGate() {
    }

    /// Every requirement, met or not, in the order to work on them.
    ///
    /// @param findings the newest finding of each check; a missing one is unknown, and unknown is never a pass
    public static List<Requirement> requirements(List<Finding> findings, Watch watch) {
        Map<Check, Finding> byCheck = findings.stream().collect(Collectors.toMap(Finding::check, f -> f));
        var requirements = new ArrayList<Requirement>();
        for (Check check : Check.values()) {
            Finding finding = byCheck.get(check);
            if (check.need() == Check.Need.REQUIRED) {
                requirements.add(new Requirement(check.title(), finding == null ? "Not checked yet."
                        : finding.message(), finding != null && SUFFICIENT.contains(finding.verdict())));
            } else if (check.need() == Check.Need.NO_FAILURE && finding != null) {
                requirements.add(new Requirement(check.title(), finding.message(),
                        finding.verdict() != Verdict.FAIL));
            }
        }
        requirements.add(new Requirement(CLEAN_DAYS + " clean days in testing", clean(watch),
                watch.cleanDays() >= CLEAN_DAYS));
        return requirements;
    }

    private static String clean(Watch watch) {
        String days = watch.cleanDays() + (watch.cleanDays() == 1 ? " day" : " days")
                + " with reports and no failure that enforce would have refused";
        String since = watch.resetOn().map(day -> days + " since the failures of " + day + ".").orElse(days + ".");
        return watch.unconfirmed() == 0 ? since : since + " Reports that are not verified tell of " + watch.unconfirmed()
                + " such failures more; they hold nothing up, but look at them before you switch.";
    }

    public static boolean open(List<Requirement> requirements) {
        return requirements.stream().allMatch(Requirement::met);
    }
}
