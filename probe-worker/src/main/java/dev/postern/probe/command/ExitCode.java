package dev.postern.probe.command;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What the command ends with, for a script to go by. Advice and the layers below MTA-STS have no say: mail flows
/// without them.
public enum ExitCode {
    GOOD(0, "everything that enforce needs passes or warns"),
    FAILED(1, "something that enforce needs fails"),
    USAGE(2, "the arguments, the domain or a setting can't be used"),
    UNKNOWN(3, "nothing that enforce needs fails, but some of it could not be told"),
    BROKEN(70, "Postern itself could not do its work");

    private static final Set<Check.Need> COUNTED = EnumSet.of(Check.Need.REQUIRED, Check.Need.NO_FAILURE);

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    /// For the usage text, without capital and full stop.
    public String meaning() {
        return meaning;
    }

    public static ExitCode of(List<Finding> findings) {
        if (findings.stream().anyMatch(finding -> finding.verdict() == Verdict.FAIL
                && COUNTED.contains(finding.check().need()))) {
            return FAILED;
        }
        return findings.stream().anyMatch(finding -> finding.verdict() == Verdict.UNKNOWN
                && finding.check().need() == Check.Need.REQUIRED) ? UNKNOWN : GOOD;
    }
}
