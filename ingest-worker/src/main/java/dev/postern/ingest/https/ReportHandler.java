package dev.postern.ingest.https;

import dev.postern.db.report.Receipt;
import dev.postern.ingest.log.LogUnavailableException;
import dev.postern.ingest.log.ReportLog;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers one request. Bodies are kept as they come; nothing is unpacked here.
final class ReportHandler extends Handler.Abstract {

    private static final Logger LOG = LoggerFactory.getLogger(ReportHandler.class);
    private static final String PATH = "/v1/tlsrpt/";

    private final int maxBytes;
    private final ReportTokens tokens;
    private final ReportLog log;
    private final Clock clock;

    ReportHandler(int maxBytes, ReportTokens tokens, ReportLog log, Clock clock) {
        this.maxBytes = maxBytes;
        this.tokens = tokens;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.equals("/health")) {
            answer(HttpStatus.OK_200, "ready", response, callback);
            return true;
        }
        Optional<String> token = path.startsWith(PATH) ? tokens.recognise(path.substring(PATH.length()))
                : Optional.empty();
        if (token.isEmpty()) {
            answer(HttpStatus.NOT_FOUND_404, "There is no such report address here.", response, callback);
        } else if (!HttpMethod.POST.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST");
            answer(HttpStatus.METHOD_NOT_ALLOWED_405, "Reports come by POST (RFC 8460 §5.4).", response, callback);
        } else {
            take(token.get(), request, response, callback);
        }
        return true;
    }

    private void take(String token, Request request, Response response, Callback callback) throws IOException {
        String contentType = Optional.ofNullable(request.getHeaders().get(HttpHeader.CONTENT_TYPE)).orElse("");
        if (neverAReport(contentType)) {
            answer(HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, "A report is application/tlsrpt+json or "
                    + "application/tlsrpt+gzip.", response, callback);
            return;
        }
        if (request.getLength() > maxBytes) {
            tooLarge(response, callback);
            return;
        }
        byte[] body;
        try (var in = Content.Source.asInputStream(request)) {
            body = in.readNBytes(maxBytes + 1);
        }
        if (body.length > maxBytes) {
            tooLarge(response, callback);
        } else if (body.length == 0) {
            answer(HttpStatus.BAD_REQUEST_400, "The request has no body; send the report in it.", response, callback);
        } else {
            keep(token, contentType, body, request, response, callback);
        }
    }

    private void keep(String token, String contentType, byte[] body, Request request, Response response,
                      Callback callback) {
        var receipt = new Receipt(UUID.randomUUID(), "https", Request.getRemoteAddr(request), clock.instant(),
                contentType);
        try {
            log.append(List.of(token), List.of(receipt), body);
            answer(HttpStatus.CREATED_201, "Kept.", response, callback);
        } catch (LogUnavailableException away) {
            LOG.warn("A report by HTTPS was put off: {}", away.getMessage());
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "300");
            answer(HttpStatus.SERVICE_UNAVAILABLE_503, "The report can't be kept now; please send it again later.",
                    response, callback);
        }
    }

    private void tooLarge(Response response, Callback callback) {
        answer(HttpStatus.PAYLOAD_TOO_LARGE_413, "The report is larger than " + maxBytes
                + " bytes, the limit here.", response, callback);
    }

    /// Senders name reports by many types; only what can't be one is refused.
    private static boolean neverAReport(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.startsWith("text/html") || type.startsWith("image/") || type.startsWith("audio/")
                || type.startsWith("video/") || type.startsWith("multipart/form-data")
                || type.startsWith("application/x-www-form-urlencoded");
    }

    private static void answer(int status, String sentence, Response response, Callback callback) {
        byte[] text = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, text.length);
        response.write(true, ByteBuffer.wrap(text), callback);
    }
}
