package dev.postern.standalone.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.standalone.Standalone;
import dev.postern.testbed.SmallInternet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.regex.Pattern;

/// People who use Postern through its REST API and keep their own DNS.
record Customers(Standalone postern, SmallInternet internet, String token) {

    /// Adds a domain and proves that it is theirs.
    ///
    /// @return the name that the CNAME of its policy host has to lead to
    String add(String domain) throws Exception {
        call("POST", "/domains", "{\"domain\":\"" + domain + "\"}");
        String records = Poll.until("the records", () -> Optional.of(call("GET", "/domains/" + domain + "/records", ""))
                .filter(body -> body.contains("postern-verification")));
        internet.publish(dns -> dns.mx(domain, 10, "mx1." + domain));
        String challenge = find(records, "(postern-verification=[0-9a-f]+)");
        internet.publish(dns -> dns.txt("_postern-challenge." + domain, challenge));
        call("POST", "/domains/" + domain + "/probe", "");
        Poll.untilTrue("the proof of ownership",
                () -> call("GET", "/domains/" + domain, "").contains("\"verified\":true"));
        return find(call("GET", "/domains/" + domain + "/records", ""), "\"([a-z0-9-]+\\.mta-sts\\.[a-z.]+)\"");
    }

    void publishPolicy(String domain) throws Exception {
        call("PUT", "/domains/" + domain + "/policy", "{\"mx\":[\"mx1." + domain + "\"]}");
    }

    /// Publishes the CNAME, and Postern's own record that it leads to.
    void delegate(String domain, String target, String edgeAddress) {
        internet.publish(dns -> dns.a(target, edgeAddress));
        internet.publish(dns -> dns.cname("mta-sts." + domain, target));
    }

    /// Asks for probes until a check has this verdict.
    ///
    /// @return all checks
    String probeUntil(String domain, String check, String verdict) throws Exception {
        var found = Pattern.compile("\"id\":\"" + check + "\"[^{}]*\"verdict\":\"" + verdict + "\"");
        return Poll.until(check + " to be " + verdict, () -> {
            call("POST", "/domains/" + domain + "/probe", "");
            String checks = call("GET", "/domains/" + domain + "/checks", "");
            return Optional.of(checks).filter(body -> found.matcher(body).find());
        });
    }

    private String call(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + postern.webPort() + "/api/v1" + path))
                .header("Authorization", "Bearer " + token).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
        try (var client = HttpClient.newHttpClient()) {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 400) {
                throw new IOException(response.statusCode() + ": " + response.body());
            }
            return response.body();
        }
    }

    private static String find(String text, String pattern) {
        var matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }
}
