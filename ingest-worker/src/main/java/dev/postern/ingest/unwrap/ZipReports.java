package dev.postern.ingest.unwrap;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Takes reports out of ZIP archives, in memory and with limits. An archive in an archive is not opened.
///
/// The archive is read from its beginning: the directory at its end may say anything, also of entries that lie in each
/// other, by which a small file unpacks to petabytes.
final class ZipReports {

    private static final int CHUNK = 16 * 1024;
    /// So few unpacked bytes do no harm, however well they were packed.
    private static final int SMALL = 1 << 20;
    /// General purpose flag of a local header: the entry is encrypted (APPNOTE.TXT §4.4.4).
    private static final int FLAGS_AT = 6;

    private final UnwrapLimits.Zip limits;
    private long unpacked;

    ZipReports(UnwrapLimits.Zip limits) {
        this.limits = limits;
    }

    static boolean isZip(byte[] bytes) {
        return bytes.length >= 4 && bytes[0] == 'P' && bytes[1] == 'K'
                && (bytes[2] == 3 && bytes[3] == 4 || bytes[2] == 5 && bytes[3] == 6);
    }

    /// The files of an archive that look like reports or are named like one; all, when none does, so that the reader can
    /// tell what each is.
    ///
    /// @throws BeyondLimit when a limit is reached, over all archives that this reads
    Parsed<List<Part>> open(byte[] archive) throws BeyondLimit {
        if (archive.length > FLAGS_AT && (archive[FLAGS_AT] & 1) != 0 && archive[2] == 3) {
            return encrypted();
        }
        var files = new ArrayList<Part>();
        long before = unpacked;
        try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            int entries = 0;
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (++entries > limits.maxEntries()) {
                    throw new BeyondLimit("The ZIP archive has more than " + limits.maxEntries()
                            + " entries, the limit.");
                }
                byte[] bytes = content(zip, archive.length, before);
                if (!entry.isDirectory() && !isOfMacOs(entry.getName())) {
                    files.add(new Part(bytes, "", entry.getName()));
                }
            }
        } catch (IOException | IllegalArgumentException broken) {
            // The library tells of encryption in these words only.
            return String.valueOf(broken.getMessage()).contains("encrypted") ? encrypted()
                    : Parsed.invalid("zip-damaged", "The ZIP archive is damaged, cut off, or packed in an unknown way.",
                            "RFC 8460 §5.2");
        }
        if (files.isEmpty()) {
            return Parsed.invalid("zip-empty", "The ZIP archive holds no file.", "RFC 8460 §5.2");
        }
        List<Part> reports = files.stream().filter(file -> file.looksLikeAReport() || file.declaredAsReport()).toList();
        return Parsed.valid(reports.isEmpty() ? files : reports);
    }

    private byte[] content(ZipInputStream zip, int packed, long before) throws IOException, BeyondLimit {
        var content = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        for (int read = zip.read(chunk); read >= 0; read = zip.read(chunk)) {
            unpacked += read;
            if (unpacked > limits.maxBytes()) {
                throw new BeyondLimit("ZIP archives unpack to more than " + limits.maxBytes() + " bytes, the limit for "
                        + "one message.");
            }
            if (unpacked - before > SMALL && (unpacked - before) / limits.maxRatio() > packed) {
                throw new BeyondLimit("The ZIP archive unpacks to more than " + limits.maxRatio()
                        + " times its size, the limit.");
            }
            content.write(chunk, 0, read);
        }
        return content.toByteArray();
    }

    private static Parsed<List<Part>> encrypted() {
        return new Parsed.Invalid<>(List.of(new Problem("zip-encrypted", "The ZIP archive is encrypted; a report is "
                + "sent open, and TLS and DKIM protect it.", "RFC 8460 §5.2")));
    }

    /// What macOS puts beside each file: names and icons.
    private static boolean isOfMacOs(String name) {
        return name.startsWith("__MACOSX/") || name.endsWith(".DS_Store");
    }
}
