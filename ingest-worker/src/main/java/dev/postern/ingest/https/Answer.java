package dev.postern.ingest.https;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// A status and one sentence.
final class Answer {

    private Answer() {
    }

    static void send(Response response, Callback callback, int status, String sentence) {
        send(response, callback, status, "text/plain;charset=utf-8", sentence + "\n");
    }

    static void send(Response response, Callback callback, int status, String type, String body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type).put(HttpHeader.CACHE_CONTROL, "no-store");
        Content.Sink.write(response, true, body, callback);
    }
}
