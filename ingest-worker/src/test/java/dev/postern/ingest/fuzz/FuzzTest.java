package dev.postern.ingest.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Replays what is known, then looks for more. Set `POSTERN_FUZZ_SECONDS` to look for so long at each target instead of
/// for a number of runs; what breaks one is then written to its folder of inputs.
class FuzzTest {

    private static final Path INPUTS = Path.of("src/test/resources/fuzz");
    private static final Optional<String> SECONDS = Optional.ofNullable(System.getenv("POSTERN_FUZZ_SECONDS"))
            .filter(text -> !text.isBlank());
    private static final int MAX_LENGTH = 8_192;

    /// Seconds for one input: who never ends is found, and a slow machine that loads classes is not taken for that.
    private static final int ENDLESS = 300;

    private record Target(String name, Class<?> type, Fuzzed code, int runs) {
        Path inputs() {
            return INPUTS.resolve(name);
        }
    }

    private interface Fuzzed {
        void run(byte[] input);
    }

    private static final List<Target> TARGETS = List.of(
            new Target("reader", ReaderTarget.class, ReaderTarget::fuzzerTestOneInput, 20_000),
            new Target("unwrap", UnwrapTarget.class, UnwrapTarget::fuzzerTestOneInput, 5_000),
            new Target("dkim", DkimTarget.class, DkimTarget::fuzzerTestOneInput, 5_000),
            new Target("names", NamesTarget.class, NamesTarget::fuzzerTestOneInput, 20_000));

    @TestFactory
    Stream<DynamicTest> replaysWhatIsKnown() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (Target target : TARGETS) {
            try (Stream<Path> inputs = Files.list(target.inputs())) {
                inputs.sorted().forEach(input -> tests.add(DynamicTest.dynamicTest(target.name() + "/"
                        + input.getFileName(), () -> target.code().run(Files.readAllBytes(input)))));
            }
        }
        assertThat(tests).hasSizeGreaterThan(TARGETS.size());
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> findsNothingThatBreaks(@TempDir Path folder) {
        return TARGETS.stream().map(target -> DynamicTest.dynamicTest(target.name(), () -> fuzz(target, folder)));
    }

    private static void fuzz(Target target, Path folder) throws IOException, InterruptedException {
        Path corpus = Files.createDirectory(folder.resolve(target.name()));
        Path output = folder.resolve(target.name() + ".log");
        Path findings = SECONDS.isPresent() ? target.inputs() : folder;
        var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx512m", "-XX:+EnableDynamicAgentLoading", "-Xshare:off",
                "-cp", System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=dev.postern.**:tools.jackson.core.**:org.apache.james.**",
                "--reproducer_path=" + folder,
                // The first is where new inputs go, the second only read.
                corpus.toString(), target.inputs().toString(),
                "-max_len=" + MAX_LENGTH, "-timeout=" + (SECONDS.isPresent() ? 10 : ENDLESS),
                "-artifact_prefix=" + findings + "/",
                SECONDS.map(seconds -> "-max_total_time=" + seconds).orElse("-runs=" + target.runs())));
        if (SECONDS.isEmpty()) {
            // The same inputs at every run of the tests, so that what fails, fails again.
            command.add("-seed=1");
        }
        Process jazzer = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        int exit = jazzer.waitFor();
        String told = Files.readString(output);
        String end = told.substring(Math.max(0, told.length() - 8_000));
        if (SECONDS.isPresent()) {
            System.out.println(end);
        }
        assertThat(exit).as(end).isZero();
        assertThat(end).as("how far it came").contains("Done ");
    }
}
