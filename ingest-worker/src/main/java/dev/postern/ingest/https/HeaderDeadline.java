package dev.postern.ingest.https;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/// Gives up a connection whose next request does not come whole in time. The server's own limit is on silence, and a
/// client that sends one byte of a header every few seconds is never silent.
final class HeaderDeadline extends Handler.Wrapper implements Connection.Listener {

    private final Scheduler clock;
    private final Duration limit;
    private final Map<Connection, Scheduler.Task> waiting = new ConcurrentHashMap<>();

    HeaderDeadline(Handler handler, Scheduler clock, Duration limit) {
        super(handler);
        this.clock = clock;
        this.limit = limit;
    }

    @Override
    public void onOpened(Connection connection) {
        waiting.put(connection, clock.schedule(() -> giveUp(connection), limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void onClosed(Connection connection) {
        stop(connection);
    }

    private void stop(Connection connection) {
        Scheduler.Task task = waiting.remove(connection);
        if (task != null) {
            task.cancel();
        }
    }

    private void giveUp(Connection connection) {
        if (waiting.remove(connection) == null) {
            return;
        }
        String sentence = "No whole request came within the limit of " + limit.toSeconds() + " seconds.\n";
        byte[] answer = ("HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain;charset=utf-8\r\nContent-Length: "
                + sentence.length() + "\r\nConnection: close\r\n\r\n" + sentence).getBytes(US_ASCII);
        var endPoint = connection.getEndPoint();
        endPoint.write(Callback.from(endPoint::close), ByteBuffer.wrap(answer));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Connection connection = request.getConnectionMetaData().getConnection();
        stop(connection);
        Request.addCompletionListener(request, _ -> {
            if (connection.getEndPoint().isOpen()) {
                onOpened(connection);
            }
        });
        return super.handle(request, response, callback);
    }
}
