package dev.postern.app.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The bundles say the same things, and every text can be shown.
class TextsTest {

    private static final Pattern ARGUMENT = Pattern.compile("\\{(\\d+)");

    private final Properties english = read("translations.properties");
    private final Properties german = read("translations_de.properties");

    @Test
    void everyTextIsThereInBothLanguages() {
        assertThat(new TreeSet<>(german.stringPropertyNames())).isEqualTo(new TreeSet<>(english.stringPropertyNames()));
    }

    @Test
    void noTextIsTheOtherLanguageLeftOver() {
        var same = new ArrayList<String>();
        for (String key : english.stringPropertyNames()) {
            if (english.getProperty(key).equals(german.getProperty(key)) && english.getProperty(key).contains(" ")
                    && english.getProperty(key).length() > 24) {
                same.add(key);
            }
        }
        assertThat(same).isEmpty();
    }

    @Test
    void bothLanguagesUseTheSameArguments() {
        for (String key : english.stringPropertyNames()) {
            assertThat(arguments(german.getProperty(key))).as(key).isEqualTo(arguments(english.getProperty(key)));
        }
    }

    @Test
    void everyTextIsAPattern() {
        for (Properties bundle : List.of(english, german)) {
            for (String key : bundle.stringPropertyNames()) {
                String pattern = bundle.getProperty(key);
                assertThat(new MessageFormat(pattern, Locale.ENGLISH)).as(key).isNotNull();
                assertThat(pattern.replace("''", "")).as("an apostrophe is written twice: " + key).doesNotContain("'");
            }
        }
    }

    @Test
    void keysAreSortedAndWrittenOnce() throws IOException {
        for (String file : List.of("translations.properties", "translations_de.properties")) {
            List<String> keys;
            try (var in = TextsTest.class.getResourceAsStream("/vaadin-i18n/" + file)) {
                keys = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                        .map(line -> line.substring(0, line.indexOf('='))).toList();
            }
            assertThat(keys).as(file).isEqualTo(List.copyOf(new TreeSet<>(keys)));
        }
    }

    private static TreeSet<String> arguments(String pattern) {
        var found = new TreeSet<String>();
        ARGUMENT.matcher(pattern).results().forEach(match -> found.add(match.group(1)));
        return found;
    }

    private static Properties read(String file) {
        try (var in = new InputStreamReader(TextsTest.class.getResourceAsStream("/vaadin-i18n/" + file),
                StandardCharsets.UTF_8)) {
            var bundle = new Properties();
            bundle.load(in);
            return bundle;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
