package dev.postern.probe.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.name.DomainName;
import dev.postern.parse.Parsed;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

    @Test
    void optionsAndDomainComeInAnyOrder() {
        var look = new Arguments.Look(new DomainName("xn--bcher-kva.example"), true, Set.of("s1", "google"));
        assertThat(read("bücher.example", "--json", "--selector", "s1", "--selector", "Google")).isEqualTo(look);
        assertThat(read("--selector", "google", "--selector", "s1", "--json", "bücher.example")).isEqualTo(look);
        assertThat(read("a.example")).isEqualTo(new Arguments.Look(new DomainName("a.example"), false, Set.of()));
    }

    @Test
    void helpWinsOverTheRest() {
        assertThat(read("a.example", "--help")).isEqualTo(new Arguments.Help());
        assertThat(read("-h")).isEqualTo(new Arguments.Help());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--json", "--jason a.example", "a.example b.example", "a.example --selector",
            "a.example --selector a_b;c", "postmaster@a.example", "https://a.example/", "192.0.2.1", "single",
            "com", "a.example --selector \u001b[2J"})
    void whatCanNotBeUsedIsRefusedInWordsThatATerminalShows(String line) {
        var words = line.isEmpty() ? List.<String>of() : List.of(line.split(" "));
        assertThat(Arguments.parse(words)).isInstanceOfSatisfying(Parsed.Invalid.class,
                refused -> assertThat(refused.reason()).isNotBlank().matches("[\\x20-\\x7E…]*"));
    }

    @Test
    void selectorsHaveAnEnd() {
        var words = Stream.concat(Stream.of("a.example"), IntStream.range(0, 21).boxed()
                .flatMap(i -> Stream.of("--selector", "s" + i))).toList();
        assertThat(Arguments.parse(words).asOptional()).isEmpty();
        assertThat(Arguments.parse(words.subList(0, 41)).asOptional()).isPresent();
        assertThat(Arguments.parse(Stream.concat(Stream.of("a.example"), Collections.nCopies(30, List.of("--selector",
                "same")).stream().flatMap(List::stream)).toList()).asOptional()).isPresent();
    }

    private static Arguments read(String... words) {
        return Arguments.parse(List.of(words)).orThrow();
    }
}
