package dev.postern.probe;

import dev.postern.check.DomainChecks;
import dev.postern.check.Seen;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.probe.command.Arguments;
import dev.postern.probe.command.ExitCode;
import dev.postern.probe.command.JsonReport;
import dev.postern.probe.command.ProgressLine;
import dev.postern.probe.command.Report;
import dev.postern.probe.command.TextReport;
import dev.postern.probe.command.Usage;
import dev.postern.probe.mx.LooksInMemory;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// `./postern check`: looks at one domain and says what it saw. No database, no Kafka, nothing kept.
public final class CheckCommand {

    /// Set by the launcher, which can tell for each stream; Java tells for all of them at once only.
    private static final String PROGRESS = "postern.progress";

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean colours;
    private final boolean progress;

    /// @param environment the settings, and `NO_COLOR`
    /// @param colours     whether `out` is a terminal
    /// @param progress    whether `err` is a terminal
    public CheckCommand(Map<String, String> environment, PrintStream out, PrintStream err, boolean colours,
                        boolean progress) {
        this.environment = environment;
        this.out = out;
        this.err = err;
        // https://no-color.org: set and not empty.
        this.colours = colours && environment.getOrDefault("NO_COLOR", "").isEmpty();
        this.progress = progress;
    }

    public static void main(String[] words) {
        // Before anything logs: what the probes log goes to stderr, so that stdout holds the report alone.
        System.setProperty("logback.configurationFile", "logback-check.xml");
        Thread.setDefaultUncaughtExceptionHandler((_, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(ExitCode.BROKEN.number());
        });
        var console = System.console();
        boolean terminal = console != null && console.isTerminal();
        // UTF-8 whatever the locale says: in a container it says nothing, and the terminal around it reads UTF-8.
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        var code = new CheckCommand(System.getenv(), out, err, terminal, Boolean.getBoolean(PROGRESS))
                .run(List.of(words));
        out.flush();
        System.exit(code.number());
    }

    /// Does all of it and says what to end with.
    public ExitCode run(List<String> words) {
        return switch (Arguments.parse(words)) {
            case Parsed.Invalid<Arguments>(var problems) -> {
                err.println("postern: " + problems.stream().map(Problem::message).collect(Collectors.joining(" ")));
                err.println();
                err.print(Usage.text());
                yield ExitCode.USAGE;
            }
            case Parsed.Valid<Arguments>(Arguments.Help(), var _) -> {
                out.print(Usage.text());
                yield ExitCode.GOOD;
            }
            case Parsed.Valid<Arguments>(Arguments.Look look, var _) -> run(look);
        };
    }

    private ExitCode run(Arguments.Look look) {
        DomainProbe probe;
        try {
            probe = Instruments.domainProbe(ProbeSettings.from(new Settings(environment)), new LooksInMemory(),
                    Clock.systemUTC());
        } catch (InvalidSettingException refused) {
            err.println("postern: " + refused.getMessage());
            return ExitCode.USAGE;
        }
        var report = report(probe, look);
        out.print(look.json() ? JsonReport.text(report) : new TextReport(colours).of(report));
        return ExitCode.of(report.findings());
    }

    private Report report(DomainProbe probe, Arguments.Look look) {
        var line = new ProgressLine(err);
        var seen = probe.observe(look.domain(), new DomainProbe.Wish(look.selectors(), Duration.ZERO,
                progress ? line::step : Progress.NOBODY));
        if (progress) {
            line.over();
        }
        return new Report(look.domain(), seen.at(), seen.vantage(),
                DomainChecks.judge(look.domain(), look.selectors(), Seen.once(seen)));
    }
}
