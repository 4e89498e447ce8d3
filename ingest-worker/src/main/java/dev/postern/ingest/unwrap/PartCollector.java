package dev.postern.ingest.unwrap;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;
import org.apache.james.mime4j.message.MaximalBodyDescriptor;
import org.apache.james.mime4j.parser.AbstractContentHandler;
import org.apache.james.mime4j.stream.BodyDescriptor;

/// Gathers the parts of a mail that may be reports, and what the others were.
final class PartCollector extends AbstractContentHandler {

    private final UnwrapLimits limits;
    private final List<Part> reports = new ArrayList<>();
    private final List<Part> blankReports = new ArrayList<>();
    private final List<Part> mails = new ArrayList<>();
    private final TreeSet<String> otherTypes = new TreeSet<>();
    private final List<Problem> unopened = new ArrayList<>();
    private final ZipReports zips;
    private int depth;
    private int parts;
    private long bytes;

    PartCollector(UnwrapLimits limits) {
        this.limits = limits;
        this.zips = new ZipReports(limits.zip());
    }

    /// What may be a report. An empty part that is declared as one counts only when there is no other.
    List<Part> reports() {
        return reports.isEmpty() ? blankReports : reports;
    }

    /// The next mail that still has to be looked into.
    Optional<Part> nextMail() {
        return mails.isEmpty() ? Optional.empty() : Optional.of(mails.removeFirst());
    }

    /// The types of the parts that are no reports.
    TreeSet<String> otherTypes() {
        return otherTypes;
    }

    /// Why archives could not be opened.
    List<Problem> unopened() {
        return unopened;
    }

    /// One level into what [#nextMail] gave.
    void descend() throws BeyondLimit {
        enter();
    }

    @Override
    public void startMessage() throws MimeException {
        enter();
    }

    @Override
    public void endMessage() {
        depth--;
    }

    @Override
    public void startMultipart(BodyDescriptor descriptor) throws MimeException {
        enter();
    }

    @Override
    public void endMultipart() {
        depth--;
    }

    private void enter() throws BeyondLimit {
        if (++depth > limits.maxDepth()) {
            throw new BeyondLimit("The mail's parts are nested deeper than " + limits.maxDepth()
                    + " levels, the limit.");
        }
    }

    @Override
    public void startBodyPart() throws MimeException {
        if (++parts > limits.maxParts()) {
            throw new BeyondLimit("The mail has more than " + limits.maxParts() + " parts, the limit.");
        }
    }

    @Override
    public void body(BodyDescriptor descriptor, InputStream body) throws MimeException, IOException {
        byte[] content = body.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, limits.maxBytes() - bytes + 1));
        bytes += content.length;
        if (bytes > limits.maxBytes()) {
            throw new BeyondLimit("The mail's parts hold more than " + limits.maxBytes() + " bytes, the limit.");
        }
        take(new Part(decoded(content, descriptor.getTransferEncoding()),
                descriptor.getMimeType().toLowerCase(Locale.ROOT), fileName(descriptor)).withoutUndeclaredBase64()
                .inUtf8(descriptor.getCharset()));
    }

    /// Judges a part, or what was received without a mail around it.
    void take(Part part) throws BeyondLimit {
        if (part.isArchive()) {
            switch (zips.open(part.bytes())) {
                case Parsed.Valid<List<Part>>(var files, var _) -> {
                    for (Part file : files) {
                        report(file);
                    }
                }
                case Parsed.Invalid<List<Part>>(var problems) -> unopened.addAll(problems);
            }
        } else if (part.isMail() && !part.isBlank()) {
            mails.add(part);
        } else if (part.looksLikeAReport() || part.declaredAsReport() && !part.isBlank()) {
            report(part);
        } else if (part.declaredAsReport()) {
            blankReports.add(part);
        } else {
            Optional<Part> inline = part.inline();
            if (inline.isPresent()) {
                report(inline.get());
            } else {
                otherTypes.add(part.mediaType());
            }
        }
    }

    private void report(Part part) throws BeyondLimit {
        if (reports.size() == limits.maxCandidates()) {
            throw new BeyondLimit("The message holds more than " + limits.maxCandidates() + " reports, the limit.");
        }
        reports.add(part);
    }

    private static byte[] decoded(byte[] content, String transferEncoding) throws IOException {
        return switch (transferEncoding == null ? "" : transferEncoding.strip().toLowerCase(Locale.ROOT)) {
            case "base64" -> LenientBase64.decode(content);
            case "quoted-printable" -> {
                try (var text = new QuotedPrintableInputStream(new ByteArrayInputStream(content),
                        DecodeMonitor.SILENT)) {
                    yield text.readAllBytes();
                }
            }
            default -> content;
        };
    }

    private static String fileName(BodyDescriptor descriptor) {
        if (!(descriptor instanceof MaximalBodyDescriptor described)) {
            return "";
        }
        return Optional.ofNullable(described.getContentDispositionFilename())
                .or(() -> Optional.ofNullable(described.getContentTypeParameters().get("name")))
                .map(String::strip).orElse("");
    }
}
