package dev.postern.ingest.dkim;

import dev.postern.name.HostName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.james.jdkim.api.PublicKeyRecordRetriever;
import org.apache.james.jdkim.exceptions.PermFailException;
import org.apache.james.jdkim.exceptions.TempFailException;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/// Fetches DKIM keys, and keeps them for as long as DNS allows: a large sender signs thousands of reports with one.
final class DkimKeys implements PublicKeyRecordRetriever {

    private static final int MOST_RECORDS = 10;
    private static final String SELECTOR = "[A-Za-z0-9_]([A-Za-z0-9_.-]{0,200}[A-Za-z0-9_])?";

    private final LookupSession session;
    private final Duration limit;

    /// @param servers the servers to ask, in order; empty: those of the system
    /// @param timeout for one attempt at one server
    DkimKeys(List<InetSocketAddress> servers, Duration timeout) {
        this.session = LookupSession.builder().resolver(resolver(servers, timeout)).cache(new Cache(DClass.IN)).build();
        // Each server twice, and some aliases.
        this.limit = timeout.multipliedBy(2L * Math.max(1, servers.size()) + 2);
    }

    private static Resolver resolver(List<InetSocketAddress> servers, Duration timeout) {
        try {
            var each = new ArrayList<Resolver>();
            for (InetSocketAddress server : servers) {
                var known = server.isUnresolved()
                        ? new InetSocketAddress(InetAddress.getByName(server.getHostString()), server.getPort()) : server;
                each.add(new SimpleResolver(known));
            }
            var all = each.isEmpty() ? new ExtendedResolver() : new ExtendedResolver(each);
            all.setTimeout(timeout);
            all.setRetries(2);
            return all;
        } catch (UnknownHostException noAddress) {
            throw new IllegalArgumentException("a DNS server's name has no address: " + noAddress.getMessage(), noAddress);
        }
    }

    @Override
    public List<String> getRecords(CharSequence method, CharSequence selector, CharSequence domain)
            throws TempFailException, PermFailException {
        // Names come from a stranger's mail.
        if (!selector.toString().matches(SELECTOR) || HostName.parse(domain.toString()).asOptional().isEmpty()) {
            throw new PermFailException("s= or d= is no name");
        }
        try {
            var name = Name.fromString(selector + "._domainkey." + domain + ".");
            return session.lookupAsync(name, Type.TXT).toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .getRecords().stream().filter(TXTRecord.class::isInstance).map(TXTRecord.class::cast)
                    .limit(MOST_RECORDS).map(DkimKeys::text).toList();
        } catch (TextParseException tooLong) {
            throw new PermFailException("s= and d= make no name");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof NoSuchDomainException || failed.getCause() instanceof NoSuchRRSetException) {
                throw new PermFailException("there is no key at " + selector + "._domainkey." + domain);
            }
            throw new TempFailException("DNS gave no usable answer for " + selector + "._domainkey." + domain);
        } catch (TimeoutException late) {
            throw new TempFailException("DNS did not answer in time for " + selector + "._domainkey." + domain);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new TempFailException("the look-up was interrupted");
        }
    }

    private static String text(TXTRecord record) {
        return record.getStringsAsByteArrays().stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .collect(Collectors.joining());
    }
}
