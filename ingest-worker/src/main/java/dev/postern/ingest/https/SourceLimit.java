package dev.postern.ingest.https;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// How many requests one address may have under way: all come from the edge's connections, so those tell nothing.
final class SourceLimit extends Handler.Wrapper {

    private final Peer peer;
    private final int most;
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    SourceLimit(Handler handler, Peer peer, int most) {
        super(handler);
        this.peer = peer;
        this.most = most;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String source = peer.of(request);
        boolean allowed = underWay.merge(source, 1, Integer::sum) <= most;
        Request.addCompletionListener(request, _ -> underWay.computeIfPresent(source,
                (_, count) -> count == 1 ? null : count - 1));
        if (allowed) {
            return super.handle(request, response, callback);
        }
        response.getHeaders().put(HttpHeader.RETRY_AFTER, ReportHandler.RETRY_AFTER_SECONDS)
                .put(HttpHeader.CONNECTION, "close");
        Answer.send(response, callback, HttpStatus.TOO_MANY_REQUESTS_429, "There are " + most
                + " requests of your address, the limit; try again later.");
        return true;
    }
}
