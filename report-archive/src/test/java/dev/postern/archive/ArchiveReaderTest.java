package dev.postern.archive;

import static dev.postern.archive.Packed.entries;
import static dev.postern.archive.Packed.gzip;
import static dev.postern.archive.Packed.joined;
import static dev.postern.archive.Packed.mail;
import static dev.postern.archive.Packed.read;
import static dev.postern.archive.Packed.report;
import static dev.postern.archive.Packed.tar;
import static dev.postern.archive.Packed.zip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class ArchiveReaderTest {

    private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13};
    private static final byte[] PAGE = "<!doctype html><p>Hello".getBytes(UTF_8);

    @Test
    void aFileIsWhatItsBytesSay() {
        assertThat(read("misnamed.zip", report("1")).finds()).singleElement().isInstanceOfSatisfying(Found.Item.class,
                item -> assertThat(item.contentType()).isEqualTo("application/tlsrpt+json"));
        assertThat(read("a", gzip(report("1"))).finds()).singleElement().isInstanceOfSatisfying(Found.Item.class,
                item -> {
                    assertThat(item.contentType()).isEqualTo("application/tlsrpt+gzip");
                    assertThat(item.bytes()).isEqualTo(gzip(report("1")));
                });
        assertThat(read("1700000000.M1P2.host:2,S", mail("1")).finds()).singleElement()
                .isInstanceOfSatisfying(Found.Item.class,
                        item -> assertThat(item.contentType()).isEqualTo("message/rfc822"));
        assertThat(read("mail.eml.gz", gzip(mail("1"))).names()).containsExactly("mail.eml.gz");
    }

    @Test
    void linesOfAMailEndAsTheyWereSent() {
        assertThat(new String(((Found.Item) read("a.eml", mail("1")).finds().getFirst()).bytes(), UTF_8))
                .doesNotContainPattern("[^\\r]\\n").contains("\r\n\r\n{");
    }

    @Test
    void aZipHoldsFoldersMailsMailboxesAndAnotherZip() {
        byte[] inner = zip(entries("deep/three.json.gz", gzip(report("3"))));
        var outcome = read("all.zip", zip(entries("one.json", report("1"), "Maildir/cur/17.M1:2,S", mail("2"),
                "more.zip", inner, "old.mbox", joined("From a Mon Jan  1 00:00:00 2024\n".getBytes(UTF_8), mail("4")))));

        assertThat(outcome.problem()).isEmpty();
        assertThat(outcome.names()).containsExactly("all.zip: one.json", "all.zip: Maildir/cur/17.M1:2,S",
                "all.zip: more.zip: deep/three.json.gz", "all.zip: old.mbox: mail 1");
    }

    @Test
    void aZipInAZipInAZipIsLeftOut() {
        byte[] deepest = zip(entries("a.json", report("1")));
        var outcome = read("a.zip", zip(entries("b.zip", zip(entries("c.zip", deepest)), "d.json", report("2"))));

        assertThat(outcome.names()).containsExactly("a.zip: d.json");
        assertThat(outcome.leftOut()).containsExactly(entry("a.zip: b.zip: c.zip", Found.Reason.NESTED_TOO_DEEP));
        byte[] gzips = report("1");
        for (int i = 0; i < 9; i++) {
            gzips = gzip(gzips);
        }
        assertThat(read("a.gz", gzips).leftOut()).containsValue(Found.Reason.NESTED_TOO_DEEP);
    }

    @Test
    void tarAndCompressedTar() {
        String longName = "reports/" + "x".repeat(200) + ".json";
        byte[] tar = tar(entries("one.json", report("1"), longName, report("2"), "logo.png", PICTURE));

        var plain = read("a.tar", tar);
        assertThat(plain.problem()).isEmpty();
        assertThat(plain.contents()).containsExactly(new String(report("1")), new String(report("2")));
        assertThat(plain.names()).contains("a.tar: " + longName);
        assertThat(plain.leftOut()).containsExactly(entry("a.tar: logo.png", Found.Reason.NOT_A_REPORT));
        assertThat(read("a.tar.gz", gzip(tar)).contents()).isEqualTo(plain.contents());
    }

    @Test
    void whatCannotBeAReportIsLeftOutWithTheReason() {
        byte[] letter = "From: anna@a.test\nSubject: lunch\n\nToday?\n".getBytes(UTF_8);
        var outcome = read("a.zip", zip(entries("logo.png", PICTURE, "index.html", PAGE, "empty", new byte[0],
                "lunch.eml", letter, "large.json", ("{" + " ".repeat(70_000)).getBytes(UTF_8),
                "good.json", report("1"))));

        assertThat(outcome.leftOut()).containsExactly(entry("a.zip: logo.png", Found.Reason.NOT_A_REPORT),
                entry("a.zip: index.html", Found.Reason.NOT_A_REPORT), entry("a.zip: empty", Found.Reason.EMPTY),
                entry("a.zip: lunch.eml", Found.Reason.NO_REPORT_IN_MAIL),
                entry("a.zip: large.json", Found.Reason.TOO_LARGE));
        assertThat(outcome.names()).containsExactly("a.zip: good.json");
    }

    @Test
    void aDamagedReportIsAnItem() {
        assertThat(read("a.json", "nonsense".getBytes(UTF_8)).names()).containsExactly("a.json");
        byte[] cut = gzip(report("1"));
        assertThat(read("a.json.gz", Arrays.copyOf(cut, cut.length - 6)).names()).containsExactly("a.json.gz");
        assertThat(read("a.json.gz", Arrays.copyOf(cut, 5)).names()).containsExactly("a.json.gz");
    }

    @Test
    void aCutArchiveGivesWhatComesBefore() {
        byte[] noise = new byte[5_000];
        new Random(1).nextBytes(noise);
        byte[] zip = zip(entries("one.json", report("1"), "noise", noise, "two.json", report("2")));

        var within = read("a.zip", Arrays.copyOf(zip, 2_000));
        assertThat(within.names()).containsExactly("a.zip: one.json");
        assertThat(within.problem()).contains("archive-damaged");

        // Between the last entry and the table of contents.
        int table = new String(zip, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
        var between = read("a.zip", Arrays.copyOf(zip, table));
        assertThat(between.names()).containsExactly("a.zip: one.json", "a.zip: two.json");
        assertThat(between.problem()).contains("archive-damaged");

        byte[] tar = gzip(tar(entries("one.json", report("1"), "noise", noise, "two.json", report("2"))));
        var cutTar = read("a.tar.gz", Arrays.copyOf(tar, tar.length - 500));
        assertThat(cutTar.names()).contains("a.tar.gz: one.json");
        assertThat(cutTar.problem()).contains("archive-damaged");
    }

    @Test
    void damageInsideCostsOnlyWhatItIsInsideOf() {
        byte[] tar = gzip(tar(entries("in.json", report("1"), "noise", new byte[40_000], "lost.json", report("2"))));
        byte[] broken = Arrays.copyOf(tar, tar.length - 40);
        var outcome = read("a.zip", zip(entries("broken.tgz", broken, "after.json", report("3"))));

        assertThat(outcome.names()).containsExactly("a.zip: broken.tgz: in.json", "a.zip: after.json");
        assertThat(outcome.leftOut()).containsEntry("a.zip: broken.tgz", Found.Reason.DAMAGED);
        assertThat(outcome.problem()).isEmpty();
    }

    @Test
    void flippedBitsNeverDoMoreThanEndTheReading() {
        byte[] zip = zip(entries("one.json", report("1"), "m.mbox", joined("From a 1:00\n".getBytes(UTF_8), mail("2")),
                "t.tar", tar(entries("x.json", report("3")))));
        var random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            byte[] damaged = zip.clone();
            for (int flips = 0; flips < 4; flips++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertThat(read("a.zip", damaged).finds().size()).isLessThan(20);
        }
    }

    @Test
    void aBombIsDefused() {
        byte[] bomb = Packed.bytes(ZipOutputStream::new, zip -> {
            zip.setLevel(9);
            byte[] nothing = new byte[1 << 20];
            for (int i = 0; i < 3; i++) {
                zip.putNextEntry(new ZipEntry("zeros" + i));
                for (int megabytes = 0; megabytes < 120; megabytes++) {
                    zip.write(nothing);
                }
            }
        });
        assertThat(bomb.length).isLessThan(1 << 20);

        assertThat(read("bomb.zip", bomb).problem()).contains("archive-ratio");
        assertThat(read("bomb.zip", bomb, new ArchiveLimits(1024, 100, 50 << 20, 100_000, 2)).problem())
                .contains("archive-too-large");
    }

    @Test
    void tooManyItemsEndTheReading() {
        var many = new LinkedHashMap<String, byte[]>();
        for (int i = 0; i < 10; i++) {
            many.put(i + ".json", report("" + i));
        }
        var outcome = read("a.zip", zip(many), new ArchiveLimits(1024, 7, 1 << 30, 200, 2));
        assertThat(outcome.finds()).hasSize(7);
        assertThat(outcome.problem()).contains("archive-too-many-items");
    }

    @Test
    void namesAreFitToBeShown() {
        String hostile = "../../etc/\u001b[2Jpasswd\u0000\n" + "x".repeat(1_000) + "\u202egnp.json";
        assertThat(read("a.zip", zip(entries(hostile, report("1")))).names()).singleElement().asString()
                .hasSize(ItemName.MOST).startsWith("a.zip: ../../etc/\ufffd[2Jpasswd").endsWith("gnp.json")
                .doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void bytesReadAreThoseOfTheFile() {
        byte[] zip = zip(entries("one.json", report("1")));
        var reader = new ArchiveReader(Packed.LIMITS, _ -> { });
        assertThat(reader.read("a.zip", new java.io.ByteArrayInputStream(zip))).isEmpty();
        assertThat(reader.bytesRead()).isEqualTo(zip.length);
        assertThat(List.of(reader.read("b", new java.io.ByteArrayInputStream(new byte[0])))).hasSize(1);
    }
}
