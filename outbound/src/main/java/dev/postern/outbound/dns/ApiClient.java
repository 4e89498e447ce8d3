package dev.postern.outbound.dns;

import static dev.postern.outbound.dns.DnsProblem.Kind.REFUSED;
import static dev.postern.outbound.dns.DnsProblem.Kind.UNREACHABLE;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Speaks HTTPS with a provider's interface, whose host is Postern's choice and never a customer's. No redirect is
/// followed, an answer has a size and a time, and what a customer sees of it are words of ours.
final class ApiClient {

    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final HttpClient http;
    private final Duration whole;
    private final String provider;

    /// @param whole    from asking to the answer's last byte
    /// @param provider for messages
    ApiClient(HttpClient http, Duration whole, String provider) {
        this.http = http;
        this.whole = whole;
        this.provider = provider;
    }

    static HttpClient http(Duration connect) {
        return HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).connectTimeout(connect).build();
    }

    HttpResponse<byte[]> send(HttpRequest request) throws DnsProblem {
        var answer = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            return answer.get(whole.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new DnsProblem(UNREACHABLE, provider + " did not answer within " + whole.toSeconds() + " seconds. "
                    + "Postern tries again by itself.", late);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException broken
                    ? new DnsProblem(UNREACHABLE, provider + " can't be reached at the moment. Postern tries again by "
                            + "itself.", broken)
                    : new DnsProblem(REFUSED, provider + " answered what can't be understood.", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new DnsProblem(UNREACHABLE, "Postern is stopping.", stopped);
        } finally {
            answer.cancel(true);
        }
    }

    /// What the provider says about too many requests, in seconds; a minute where it says nothing that can be read.
    static Duration pause(HttpResponse<?> answer) {
        return answer.headers().firstValue("Retry-After").filter(text -> text.matches("[0-9]{1,5}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text))).orElse(Duration.ofMinutes(1));
    }
}
