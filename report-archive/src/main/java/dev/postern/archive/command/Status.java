package dev.postern.archive.command;

import java.util.List;
import java.util.Optional;

/// An import as the REST API tells it; what is not needed here is left out.
record Status(String name, String state, boolean finished, long bytes, long bytesRead, long items, long recorded,
              long newReports, long known, long conflicting, long wrong, List<Reason> reasons, long leftOut,
              List<LeftOut> leftOutReasons, Optional<String> problem) {

    record Reason(String code, String example, long items, List<String> examples) {
    }

    record LeftOut(String code, String reason, long count, List<String> examples) {
    }

    ExitCode exitCode() {
        return wrong + conflicting > 0 || problem.isPresent() ? ExitCode.PROBLEMS : ExitCode.GOOD;
    }
}
