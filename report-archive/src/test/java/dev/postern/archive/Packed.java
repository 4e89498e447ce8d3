package dev.postern.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Files to read, and what reading them gives.
final class Packed {

    static final String REPORT = "{\"organization-name\":\"Sender\",\"report-id\":\"%s\"}";

    private Packed() {
    }

    /// What reading gave.
    record Outcome(List<Found> finds, Optional<String> problem) {

        List<String> names() {
            return finds.stream().filter(Found.Item.class::isInstance).map(Found::name).toList();
        }

        List<String> contents() {
            return finds.stream().filter(Found.Item.class::isInstance)
                    .map(found -> new String(((Found.Item) found).bytes(), UTF_8)).toList();
        }

        Map<String, Found.Reason> leftOut() {
            var left = new LinkedHashMap<String, Found.Reason>();
            finds.forEach(found -> {
                if (found instanceof Found.LeftOut(String name, Found.Reason reason)) {
                    left.put(name, reason);
                }
            });
            return left;
        }
    }

    static final ArchiveLimits LIMITS = ArchiveLimits.usual(64 * 1024);

    static Outcome read(String name, byte[] file) {
        return read(name, file, LIMITS);
    }

    static Outcome read(String name, byte[] file, ArchiveLimits limits) {
        var finds = new ArrayList<Found>();
        var problem = new ArchiveReader(limits, finds::add).read(name, new ByteArrayInputStream(file));
        return new Outcome(finds, problem.map(each -> each.code()));
    }

    static byte[] report(String id) {
        return REPORT.formatted(id).getBytes(UTF_8);
    }

    static byte[] mail(String id) {
        return ("From: tls@sender.test\nSubject: Report Domain: a.test\nContent-Type: application/tlsrpt+json\n\n"
                + REPORT.formatted(id) + "\n").getBytes(UTF_8);
    }

    @FunctionalInterface
    interface Writing<T extends OutputStream> {
        void to(T out) throws IOException;
    }

    @FunctionalInterface
    interface Wrapping<T extends OutputStream> {
        T around(OutputStream out) throws IOException;
    }

    static <T extends OutputStream> byte[] bytes(Wrapping<T> wrapping, Writing<T> writing) {
        var out = new ByteArrayOutputStream();
        try (T wrapped = wrapping.around(out)) {
            writing.to(wrapped);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return out.toByteArray();
    }

    static byte[] gzip(byte[] content) {
        return bytes(GZIPOutputStream::new, out -> out.write(content));
    }

    static byte[] zip(Map<String, byte[]> entries) {
        return bytes(ZipOutputStream::new, zip -> {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        });
    }

    static byte[] tar(Map<String, byte[]> entries) {
        return bytes(TarArchiveOutputStream::new, tar -> {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (var entry : entries.entrySet()) {
                var header = new TarArchiveEntry(entry.getKey());
                header.setSize(entry.getValue().length);
                tar.putArchiveEntry(header);
                tar.write(entry.getValue());
                tar.closeArchiveEntry();
            }
        });
    }

    static Map<String, byte[]> entries(Object... namesAndContents) {
        var entries = new LinkedHashMap<String, byte[]>();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            entries.put((String) namesAndContents[i], (byte[]) namesAndContents[i + 1]);
        }
        return entries;
    }

    static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
