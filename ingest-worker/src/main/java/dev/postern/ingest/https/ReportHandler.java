package dev.postern.ingest.https;

import dev.postern.db.report.Receipt;
import dev.postern.ingest.log.LogUnavailable;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.Body;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.ingest.receive.BodyRefused;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers one request. A body is read only once everything else about the request is right, and it is kept as it
/// came: decompressing it is for the one who records it.
final class ReportHandler extends Handler.Abstract {

    static final String PATH = "/v1/tlsrpt/";
    static final String RETRY_AFTER_SECONDS = "300";
    /// Types of pages and pictures. Anything else is taken, whatever it calls itself: the bytes decide.
    private static final Set<String> NEVER_REPORTS = Set.of("text/html", "text/css", "text/xml", "application/xml",
            "application/xhtml+xml", "application/pdf", "multipart/form-data");
    private static final Set<String> NEVER_REPORT_KINDS = Set.of("image", "audio", "video", "font");
    private static final Set<String> CODINGS = Set.of("identity", "gzip", "x-gzip");

    private final ReportTokens tokens;
    private final ReportLog log;
    private final BodyReader bodies;
    private final Peer peer;
    private final Duration idle;
    private final Clock clock;

    /// @param idle the silence after which the server gives up a connection
    ReportHandler(ReportTokens tokens, ReportLog log, BodyReader bodies, Peer peer, Duration idle, Clock clock) {
        this.tokens = tokens;
        this.log = log;
        this.bodies = bodies;
        this.peer = peer;
        this.idle = idle;
        this.clock = clock;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        String path = Request.getPathInContext(request);
        if (path.equals("/health")) {
            health(request, response, callback);
        } else {
            Optional<String> token = path.startsWith(PATH) ? tokens.recognise(path.substring(PATH.length()))
                    : Optional.empty();
            if (token.isPresent()) {
                report(token.get(), request, response, callback);
            } else {
                Answer.send(response, callback, HttpStatus.NOT_FOUND_404, "There is no such report address here.");
            }
        }
        return true;
    }

    private void health(Request request, Response response, Callback callback) {
        if (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())) {
            String kafka = log.acknowledging().map(does -> does ? "acknowledging" : "away").orElse("untried");
            Answer.send(response, callback, HttpStatus.OK_200, "application/json",
                    "{\"receiving\":true,\"log\":\"" + kafka + "\"}");
        } else {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            Answer.send(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "Use GET.");
        }
    }

    private void report(String token, Request request, Response response, Callback callback) throws IOException {
        if (!HttpMethod.POST.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST");
            Answer.send(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405,
                    "Send a report with POST (RFC 8460 section 5.4).");
            return;
        }
        String type = Optional.ofNullable(request.getHeaders().get(HttpHeader.CONTENT_TYPE)).orElse("");
        if (neverAReport(type)) {
            Answer.send(response, callback, HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    "A report is application/tlsrpt+json or application/tlsrpt+gzip (RFC 8460 section 5.4).");
            return;
        }
        List<String> codings = request.getHeaders().getCSV(HttpHeader.CONTENT_ENCODING, false);
        if (!codings.stream().allMatch(coding -> CODINGS.contains(coding.toLowerCase(Locale.ROOT)))) {
            response.getHeaders().put(HttpHeader.ACCEPT_ENCODING, "gzip");
            Answer.send(response, callback, HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    "The only content encoding understood is gzip.");
            return;
        }
        if (request.getLength() < 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            Answer.send(response, callback, HttpStatus.LENGTH_REQUIRED_411,
                    "Say how long the report is; at most " + bodies.maxBytes() + " bytes.");
            return;
        }
        if (request.getLength() > bodies.maxBytes()) {
            tooLarge(response, callback);
            return;
        }
        read(token, type, request, response, callback);
    }

    private void read(String token, String type, Request request, Response response, Callback callback)
            throws IOException {
        try (Body body = bodies.read(Content.Source.asInputStream(request))) {
            if (body.bytes().length == 0) {
                Answer.send(response, callback, HttpStatus.BAD_REQUEST_400, "The body is empty; send a report.");
                return;
            }
            log.append(new ReceivedReport(token, new Receipt(UUID.randomUUID(), "https", peer.of(request),
                    clock.instant(), type), body.bytes()));
            Answer.send(response, callback, HttpStatus.CREATED_201, "The report is safely kept.");
        } catch (BodyRefused refused) {
            switch (refused) {
                case BodyRefused.TooLarge _ -> tooLarge(response, callback);
                case BodyRefused.TooSlow slow -> tooSlow(response, callback, slow.getMessage());
                case BodyRefused.NoRoom _ -> notNow(response, callback,
                        "Too many reports are coming in at the moment; try again later.");
            }
        } catch (LogUnavailable away) {
            notNow(response, callback, "The report could not be kept safely; try again later.");
        } catch (IOException broken) {
            if (!(broken.getCause() instanceof TimeoutException)) {
                throw broken;
            }
            tooSlow(response, callback, "with pauses longer than the limit of " + idle.toSeconds() + " seconds");
        }
    }

    private static boolean neverAReport(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return NEVER_REPORTS.contains(type) || NEVER_REPORT_KINDS.contains(type.split("/", 2)[0]);
    }

    private void tooLarge(Response response, Callback callback) {
        close(response);
        Answer.send(response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413,
                "The report is larger than the limit of " + bodies.maxBytes() + " bytes.");
    }

    private static void tooSlow(Response response, Callback callback, String how) {
        close(response);
        Answer.send(response, callback, HttpStatus.REQUEST_TIMEOUT_408, "The report comes " + how + ".");
    }

    private static void notNow(Response response, Callback callback, String sentence) {
        response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        close(response);
        Answer.send(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, sentence);
    }

    /// What is left of the body is not waited for.
    private static void close(Response response) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
}
