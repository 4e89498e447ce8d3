package dev.postern.app.base;

import dev.postern.app.base.ChartCard.Description;
import dev.postern.app.base.ChartCard.Series;
import dev.postern.db.report.Figures;
import dev.postern.tlsrpt.ResultType;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/// Sessions by day, and below them the failures of each result type: failures are few, and on one axis with the
/// sessions they would not be seen.
public final class SessionsChart {

    private SessionsChart() {
    }

    /// Shows the days from `from` to `to`, those without reports as empty.
    public static void show(ChartCard card, LocalDate from, LocalDate to, List<Figures.Day> days,
                            List<Figures.DayFailures> failures) {
        List<LocalDate> axis = from.datesUntil(to.plusDays(1)).toList();
        var series = new ArrayList<Series>();
        series.add(new Series("Successful", "good", 0, values(axis, days, Figures.Day::successful)));
        series.add(new Series("Failed", "problem", 0, values(axis, days, Figures.Day::failed)));
        Arrays.stream(ResultType.values())
                .filter(type -> failures.stream().anyMatch(failure -> failure.type() == type && failure.failed() > 0))
                .forEach(type -> series.add(new Series(type.wire(), Integer.toString(type.ordinal()), 1,
                        axis.stream().map(day -> failures.stream()
                                .filter(failure -> failure.type() == type && failure.day().equals(day))
                                .mapToLong(Figures.DayFailures::failed).sum()).toList())));
        card.show(sentence(axis.size(), days), "Day (UTC)",
                new Description("days", axis.stream().map(LocalDate::toString).toList(), series));
    }

    private static String sentence(int length, List<Figures.Day> days) {
        long successful = days.stream().mapToLong(Figures.Day::successful).sum();
        long failed = days.stream().mapToLong(Figures.Day::failed).sum();
        if (days.isEmpty()) {
            return "No reports for the last " + length + " days. Senders report once a day, for the day before.";
        }
        return Words.count(successful + failed, "session", "sessions") + " in " + length + " days, reported on "
                + Words.count(days.size(), "day", "days") + "; " + (failed == 0 ? "none failed."
                : Words.count(failed) + " failed (" + Words.share(failed, successful + failed) + ").");
    }

    private static List<Long> values(List<LocalDate> axis, List<Figures.Day> days, ToLongFunction<Figures.Day> value) {
        return axis.stream().map(day -> days.stream().filter(figures -> figures.day().equals(day))
                .mapToLong(value).sum()).toList();
    }
}
