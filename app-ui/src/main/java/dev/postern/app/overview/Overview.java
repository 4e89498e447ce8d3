package dev.postern.app.overview;

import dev.postern.check.Verdict;
import dev.postern.db.report.FigureStore.Range;
import dev.postern.db.report.Figures;
import dev.postern.db.tenancy.Database;
import dev.postern.setup.MailDomain;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// What the first page shows, read in one transaction so that its figures agree.
public record Overview(List<Row> rows, List<Figures.Day> days, List<Figures.DayFailures> failures, LocalDate from,
                       LocalDate to) {

    /// Days that the page looks back.
    public static final int DAYS = 30;

    /// One domain.
    ///
    /// @param verdicts how many checks of each verdict; empty before the first probe
    /// @param totals   of the days shown; absent without reports
    public record Row(MailDomain domain, Map<Verdict, Integer> verdicts, Optional<Figures.Day> totals) {
    }

    public static Overview read(Database database, UUID tenant, Clock clock) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate from = today.minusDays(DAYS - 1L);
        var range = new Range(Optional.empty(), from, today);
        return database.inTenant(tenant, session -> {
            var verdicts = session.findings().verdictsByDomain();
            var totals = session.figures().totalsByDomain(from, today);
            var rows = session.domains().list().stream()
                    .map(domain -> new Row(domain, verdicts.getOrDefault(domain.id(), Map.of()),
                            Optional.ofNullable(totals.get(domain.id())))).toList();
            return new Overview(rows, session.figures().days(range), session.figures().failuresByDay(range), from,
                    today);
        });
    }
}
