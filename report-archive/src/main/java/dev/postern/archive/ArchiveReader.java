package dev.postern.archive;

import dev.postern.parse.Problem;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// Walks through the files of one import, whatever they are, and gives out what may be a report, an item at a time.
///
/// What something is, its bytes say, then its name. A file that is damaged gives what comes before the damage; damage
/// deep inside costs what it is inside of, not the files beside it. No more than one item is in memory, and the limits
/// hold for all files of the import together. Not thread-safe, but for [#bytesRead()].
public final class ArchiveReader {

    /// Code of the problem that a file is damaged. All others are of limits, which hold for the whole import.
    public static final String DAMAGED = "archive-damaged";
    private static final int BUFFER = 64 * 1024;

    /// Where in the archives something lies.
    private record Place(String name, int archives, int layers) {

        Place within(String inner) {
            return new Place(ItemName.shown(name + ": " + inner), archives, layers + 1);
        }

        Place archive() {
            return new Place(name, archives + 1, layers);
        }

        Place deeper() {
            return new Place(name, archives, layers + 1);
        }
    }

    private final ArchiveLimits limits;
    private final Consumer<Found> finds;
    private final Budget budget;

    /// @param finds hears of each find, on the thread that reads; what it throws ends the reading and comes through
    public ArchiveReader(ArchiveLimits limits, Consumer<Found> finds) {
        this.limits = limits;
        this.finds = finds;
        this.budget = new Budget(limits);
    }

    /// Bytes of the files themselves that are read so far; may be asked from any thread.
    public long bytesRead() {
        return budget.packed();
    }

    /// Reads one file.
    ///
    /// @param name of the file, to be shown
    /// @param file stays the caller's to close
    /// @return why reading ended early; empty when all was read
    public Optional<Problem> read(String name, InputStream file) {
        var place = new Place(ItemName.shown(name), 0, 0);
        try {
            walk(place, new BufferedInputStream(new Metered(file, budget::packed), BUFFER));
            return Optional.empty();
        } catch (Budget.Spent spent) {
            return Optional.of(spent.problem());
        } catch (IOException damaged) {
            return Optional.of(new Problem(DAMAGED, "'" + place.name() + "' is damaged: " + reason(damaged)
                    + ". What comes before the damage was read.", ""));
        }
    }

    private void walk(Place place, InputStream content) throws IOException {
        var in = new PushbackInputStream(content, Kind.START);
        byte[] start = in.readNBytes(Kind.START);
        in.unread(start);
        Kind kind = Kind.of(start, place.name());
        if (place.layers() > ArchiveLimits.MAX_LAYERS
                || (kind == Kind.ZIP || kind == Kind.TAR) && place.archives() == limits.maxArchives()) {
            leaveOut(place, Found.Reason.NESTED_TOO_DEEP);
            return;
        }
        switch (kind) {
            case ZIP -> zip(place.archive(), in);
            case TAR -> tar(place.archive(), in);
            case GZIP -> gzip(place, in);
            case MBOX -> mbox(place, in);
            case MAIL -> whole(place, in).ifPresent(bytes -> mail(place, bytes));
            case JSON -> whole(place, in).ifPresent(bytes -> item(place, "application/tlsrpt+json", bytes));
            case EMPTY -> leaveOut(place, Found.Reason.EMPTY);
            case OTHER -> leaveOut(place, Found.Reason.NOT_A_REPORT);
        }
    }

    private void zip(Place place, InputStream in) throws IOException {
        var end = new ZipEnd(in);
        // Names without a mark are in whatever the writer's system used; in this charset every byte means something.
        var zip = new ZipInputStream(end, StandardCharsets.ISO_8859_1);
        for (ZipEntry entry = next(zip); entry != null; entry = next(zip)) {
            if (!entry.isDirectory()) {
                entry(place.within(entry.getName()), zip);
                end.entryOver();
            }
        }
        if (!end.isThere()) {
            throw new IOException("it ends before its table of contents");
        }
    }

    private static ZipEntry next(ZipInputStream zip) throws IOException {
        try {
            return zip.getNextEntry();
        } catch (IllegalArgumentException name) {
            throw new IOException("a name in it can't be read", name);
        }
    }

    private void tar(Place place, InputStream in) throws IOException {
        var tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name());
        for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
            if (entry.isDirectory()) {
                continue;
            }
            Place inner = place.within(entry.getName());
            if (entry.isFile() && !entry.isSymbolicLink() && !entry.isLink() && !entry.isSparse()) {
                entry(inner, tar);
            } else {
                leaveOut(inner, Found.Reason.NOT_A_FILE);
            }
        }
    }

    private static TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
        try {
            return tar.getNextEntry();
        } catch (IllegalArgumentException header) {
            throw new IOException("a header in it can't be read", header);
        }
    }

    /// @param archive stands at the entry's content
    private void entry(Place place, InputStream archive) throws IOException {
        var content = new Metered(archive, budget::unpacked);
        inside(place, content);
        // Here and not in the archive's own way to the next entry, which nobody would hold against the limits. Where it
        // is the archive that is damaged, this fails too.
        content.drain();
    }

    /// Damage of what lies in an archive is not the archive's.
    private void inside(Place place, InputStream content) {
        try {
            walk(place, content);
        } catch (IOException damaged) {
            leaveOut(place, Found.Reason.DAMAGED);
        }
    }

    private void gzip(Place place, InputStream in) throws IOException {
        byte[] packed = in.readNBytes(limits.maxItemBytes() + 1);
        if (packed.length > limits.maxItemBytes()) {
            unpacked(place, new SequenceInputStream(new ByteArrayInputStream(packed), in));
            return;
        }
        if (startsLikeAReport(packed, place.name())) {
            item(place, "application/tlsrpt+gzip", packed);
        } else {
            unpacked(place, new ByteArrayInputStream(packed));
        }
    }

    private void unpacked(Place place, InputStream packed) throws IOException {
        try (var content = new GZIPInputStream(packed, BUFFER)) {
            walk(place.deeper(), new BufferedInputStream(new Metered(content, budget::unpacked), BUFFER));
        }
    }

    /// Also of one that is damaged at its very beginning: it is counted as wrong with the reason, like any other report.
    private static boolean startsLikeAReport(byte[] packed, String name) {
        try (var content = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return Kind.of(content.readNBytes(Kind.START), name.replaceFirst("(?i)\\.gz$", "")) == Kind.JSON;
        } catch (IOException damaged) {
            return true;
        }
    }

    private void mbox(Place place, InputStream in) throws IOException {
        var mbox = new MboxReader(new BufferedInputStream(in, BUFFER), limits.maxItemBytes());
        for (var next = mbox.read(); next.isPresent(); next = mbox.read()) {
            Place message = place.within("mail " + next.get().number());
            next.get().bytes().ifPresentOrElse(bytes -> mail(message, bytes),
                    () -> leaveOut(message, Found.Reason.TOO_LARGE));
        }
    }

    private void mail(Place place, byte[] mail) {
        byte[] sent = Mail.withCrlf(mail);
        if (!Mail.mayHoldAReport(sent)) {
            leaveOut(place, Found.Reason.NO_REPORT_IN_MAIL);
        } else if (sent.length > limits.maxItemBytes()) {
            leaveOut(place, Found.Reason.TOO_LARGE);
        } else {
            item(place, "message/rfc822", sent);
        }
    }

    /// The whole content; what is too large is left out.
    private Optional<byte[]> whole(Place place, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(limits.maxItemBytes() + 1);
        if (bytes.length > limits.maxItemBytes()) {
            leaveOut(place, Found.Reason.TOO_LARGE);
            return Optional.empty();
        }
        return Optional.of(bytes);
    }

    private void item(Place place, String contentType, byte[] bytes) {
        budget.item();
        finds.accept(new Found.Item(place.name(), contentType, bytes));
    }

    private void leaveOut(Place place, Found.Reason reason) {
        budget.item();
        finds.accept(new Found.LeftOut(place.name(), reason));
    }

    private static String reason(IOException damaged) {
        String message = damaged.getMessage();
        return message == null || message.isBlank() ? "it ends too early"
                : ItemName.shown(message).replaceFirst("\\.$", "");
    }
}
