package dev.postern.app.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir
    Path base;

    private static InputStream of(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    @Test
    void namesAreNeverPaths() throws IOException {
        try (var spools = Spools.open(base, 100, 0); var spool = spools.open()) {
            spool.add("../../../etc/passwd", of("one"), -1);
            spool.add("/tmp/two", of("two!"), 4);

            assertThat(spool.files()).extracting(Spool.SpooledFile::name).containsExactly("../../../etc/passwd", "/tmp/two");
            assertThat(spool.files()).allSatisfy(file -> assertThat(file.path()).startsWith(base).exists());
            assertThat(spool.bytes()).isEqualTo(7);
            spool.close();
            assertThat(spool.files()).allSatisfy(file -> assertThat(file.path()).doesNotExist());
        }
    }

    @Test
    void whatIsTooLargeIsRefusedAndForgotten() throws IOException {
        try (var spools = Spools.open(base, 5, 0); var spool = spools.open()) {
            spool.add("fits", of("1234"), -1);
            assertThatThrownBy(() -> spool.add("told", of("12"), 2)).satisfies(no -> refused(no, true, "5 bytes"));
            assertThatThrownBy(() -> spool.add("untold", of("12"), -1)).satisfies(no -> refused(no, true, "5 bytes"));
            spool.add("fits too", of("5"), 1);

            assertThat(spool.files()).extracting(Spool.SpooledFile::name).containsExactly("fits", "fits too");
            try (var left = Files.list(spool.files().getFirst().path().getParent())) {
                assertThat(left).hasSize(2);
            }
        }
    }

    @Test
    void aFullDiskRefuses() throws IOException {
        try (var spools = Spools.open(base, 1_000, Long.MAX_VALUE); var spool = spools.open()) {
            assertThatThrownBy(() -> spool.add("any", of("1"), 1)).satisfies(no -> refused(no, false, "room"));
            assertThat(spool.isEmpty()).isTrue();
        }
    }

    @Test
    void anUploadThatBreaksOffIsForgotten() throws IOException {
        try (var spools = Spools.open(base, 1_000, 0); var spool = spools.open()) {
            var breaking = new java.io.SequenceInputStream(of("begun"), new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("the browser is gone");
                }
            });
            assertThatThrownBy(() -> spool.add("half", breaking, -1)).hasMessage("the browser is gone");
            assertThat(spool.files()).isEmpty();
            assertThat(spool.isEmpty()).isTrue();
        }
    }

    @Test
    void aSealedOneTakesNothing() throws IOException {
        try (var spools = Spools.open(base, 1_000, 0); var spool = spools.open()) {
            spool.seal();
            assertThatThrownBy(() -> spool.add("late", of("1"), 1)).isInstanceOf(Spool.Refused.class);
        }
    }

    @Test
    void whatADeadProcessLeftIsDeletedAndWhatALiveOneHasIsNot() throws IOException {
        Path abandoned = Files.createDirectories(base.resolve("uploads-abandoned"));
        Files.createFile(abandoned.resolve("lock"));
        Files.createDirectory(abandoned.resolve("import"));
        Files.writeString(abandoned.resolve("import/0"), "old");
        try (var live = Spools.open(base, 1_000, 0); var spool = live.open()) {
            spool.add("mine", of("1"), 1);
            try (var _ = Spools.open(base, 1_000, 0)) {
                assertThat(abandoned).doesNotExist();
                assertThat(spool.files().getFirst().path()).exists();
            }
        }
        assertThat(base).isEmptyDirectory();
    }

    private static void refused(Throwable thrown, boolean tooLarge, String words) {
        assertThat(thrown).isInstanceOfSatisfying(Spool.Refused.class,
                refused -> assertThat(refused.tooLarge()).isEqualTo(tooLarge)).hasMessageContaining(words);
    }
}
