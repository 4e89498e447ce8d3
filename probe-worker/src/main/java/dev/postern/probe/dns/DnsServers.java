package dev.postern.probe.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.ResolverConfig;

/// The DNS servers in use, asked one after the other until one gives a usable answer. The one that answered last is
/// asked first, so that a dead one costs its timeout once.
final class DnsServers {

    private static final int DNS_PORT = 53;

    private final List<DnsServer> servers;
    private final Duration timeout;
    private final int attempts;
    private volatile int first;

    /// @param addresses in order; empty: those of the system
    /// @param timeout   for one attempt at one server
    /// @param attempts  how often to go through the servers, at least once
    /// @throws IllegalArgumentException when a server's name has no address
    DnsServers(List<InetSocketAddress> addresses, Duration timeout, int attempts) {
        this.servers = (addresses.isEmpty() ? ResolverConfig.getCurrentConfig().servers() : addresses).stream()
                .map(DnsServers::resolved).map(DnsServer::new).toList();
        this.timeout = timeout;
        this.attempts = attempts;
    }

    private static InetSocketAddress resolved(InetSocketAddress server) {
        // Settings name hosts without looking them up.
        var address = server.isUnresolved() ? new InetSocketAddress(server.getHostString(),
                server.getPort() == 0 ? DNS_PORT : server.getPort()) : server;
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("the DNS server " + server.getHostString() + " has no address");
        }
        return address;
    }

    /// The longest that one question can take.
    Duration longest() {
        return timeout.multipliedBy((long) attempts * servers.size());
    }

    /// The first usable answer of any server: its code is NOERROR or NXDOMAIN.
    ///
    /// @throws NoAnswerException with the last reason in words, when no server gave one
    Message ask(Message query) throws NoAnswerException {
        return ask(query, System.nanoTime() + longest().toNanos());
    }

    /// @param until when to give up, in the time of [System#nanoTime]
    /// @throws NoAnswerException with the last reason in words, when no server gave one
    Message ask(Message query, long until) throws NoAnswerException {
        String why = "there is no DNS server to ask";
        int begin = first;
        for (int attempt = 0; attempt < attempts * servers.size(); attempt++) {
            int at = (begin + attempt) % servers.size();
            try {
                Message answer = askOne(at, query, until);
                int code = answer.getRcode();
                if (code == Rcode.NOERROR || code == Rcode.NXDOMAIN) {
                    return answer;
                }
                why = "the DNS server answered " + Rcode.string(code) + reason(answer);
            } catch (SocketTimeoutException late) {
                why = "the DNS server did not answer in time";
            } catch (IOException failed) {
                why = "the DNS server could not be asked";
            }
        }
        throw new NoAnswerException(why);
    }

    private Message askOne(int at, Message query, long until) throws IOException {
        var left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
        var answer = servers.get(at).ask(query, left.compareTo(timeout) < 0 ? left : timeout);
        first = at;
        return answer;
    }

    /// Each server's own answer, for a question about the servers themselves.
    ///
    /// @throws NoAnswerException when one gives none
    List<Message> askEach(Message query) throws NoAnswerException {
        long until = System.nanoTime() + timeout.toNanos() * servers.size();
        var answers = new ArrayList<Message>();
        for (int at = 0; at < servers.size(); at++) {
            try {
                answers.add(servers.get(at).ask(query, Duration.ofNanos(Math.max(0, Math.min(timeout.toNanos(),
                        until - System.nanoTime())))));
            } catch (IOException dead) {
                // A server that does not answer has not made the answer that is in doubt.
                continue;
            }
        }
        if (answers.isEmpty()) {
            throw new NoAnswerException("the DNS server did not answer in time");
        }
        return answers;
    }

    /// The code of an extended error (RFC 8914) in words; its free text is not for us to repeat.
    private static String reason(Message answer) {
        if (answer.getOPT() == null) {
            return "";
        }
        return answer.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).stream()
                .map(ExtendedErrorCodeOption.class::cast).findFirst()
                .map(error -> " (" + ExtendedErrorCodeOption.text(error.getErrorCode()) + ")").orElse("");
    }
}
