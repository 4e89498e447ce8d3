package dev.postern.probe.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The keys that DNSSEC validation begins with (RFC 4035 §5): the root's, unless a network has a root of its own.
public final class TrustAnchors {

    private static final String ROOT = "root-anchors.zone";
    private static final int MAX_BYTES = 1 << 20;
    private static final long ANY_TTL = 3600;

    private final byte[] zoneFile;
    private final Name zone;

    private TrustAnchors(byte[] zoneFile, Name zone) {
        this.zoneFile = zoneFile;
        this.zone = zone;
    }

    /// Those that IANA publishes for the root of the internet.
    public static TrustAnchors ofTheRoot() {
        try (InputStream resource = TrustAnchors.class.getResourceAsStream(ROOT)) {
            return parse(resource.readAllBytes());
        } catch (IOException unreadable) {
            throw new IllegalStateException(ROOT + " comes with this class", unreadable);
        }
    }

    /// Those in a file of DS or DNSKEY records, as in a zone file.
    ///
    /// @throws IOException when it can't be read, or holds none, or more besides
    public static TrustAnchors read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is too large for a file of trust anchors");
        }
        return parse(Files.readAllBytes(file));
    }

    private static TrustAnchors parse(byte[] zoneFile) throws IOException {
        List<Record> records = new ArrayList<>();
        try (var master = new Master(new ByteArrayInputStream(zoneFile), Name.root, ANY_TTL)) {
            // A file from elsewhere must not name other files of this machine.
            master.disableIncludes(true);
            for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
                records.add(record);
            }
        }
        if (records.isEmpty()) {
            throw new IOException("no DS or DNSKEY record");
        }
        for (Record record : records) {
            if (record.getType() != Type.DS && record.getType() != Type.DNSKEY) {
                throw new IOException(Type.string(record.getType()) + " is no trust anchor, only DS and DNSKEY are");
            }
        }
        return new TrustAnchors(zoneFile, records.getFirst().getName());
    }

    /// The records, as in a zone file.
    InputStream zoneFile() {
        return new ByteArrayInputStream(zoneFile);
    }

    /// A zone that has one of the keys.
    Name zone() {
        return zone;
    }
}
