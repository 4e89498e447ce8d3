package dev.postern.db.fetch;

import static dev.postern.db.jooq.Tables.POLICY_FETCH;
import static org.jooq.impl.DSL.val;

import com.google.common.hash.Hashing;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.rollout.Fetcher;
import dev.postern.setup.PublishedPolicy;
import dev.postern.stream.PolicyFetches;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Who fetched the policies of an organisation's domains.
///
/// A message that is read again changes nothing: each row knows the place in the topic of the newest message counted
/// in, and a domain's messages stand on one partition in order. Two exceptions make a count too high, never a time
/// wrong: a row that was given up as one too many, and whose message is read again; and what the policy host sent twice
/// because Kafka's acknowledgement was lost.
public final class PolicyFetchStore {

    /// Fetchers kept one by one of a domain.
    public static final int MOST = 2_000;

    private final TenantSession session;

    public PolicyFetchStore(TenantSession session) {
        this.session = session;
    }

    /// Counts fetches in.
    ///
    /// @param offset the message's place on its partition
    public void add(UUID domain, List<PolicyFetches.Fetcher> fetchers, long offset) {
        var rows = fetchers.stream().sorted(Comparator.comparing(PolicyFetches.Fetcher::network)
                .thenComparing(PolicyFetches.Fetcher::userAgent).thenComparing(PolicyFetches.Fetcher::bodySha256))
                .map(each -> session.sql().query("insert into postern.policy_fetch as f (tenant_id, domain_id, "
                                + "network, user_agent, body_sha256, fetches, first_at, last_at, read_offset) "
                                + "values ({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}) "
                                + "on conflict (domain_id, network, user_agent, body_sha256) do update "
                                + "set fetches = f.fetches + excluded.fetches, "
                                + "first_at = least(f.first_at, excluded.first_at), "
                                + "last_at = greatest(f.last_at, excluded.last_at), read_offset = excluded.read_offset "
                                // A topic that was made anew counts from 0 again, and later.
                                + "where excluded.read_offset > f.read_offset or excluded.last_at > f.last_at",
                        val(session.tenant()), val(domain), val(each.network()), val(each.userAgent()),
                        val(HexFormat.of().parseHex(each.bodySha256())), val(each.fetches()),
                        val(each.firstAt().atOffset(ZoneOffset.UTC)), val(each.lastAt().atOffset(ZoneOffset.UTC)),
                        val(offset))).toList();
        session.sql().batch(rows).execute();
        fold(domain);
    }

    /// Beyond the most that are kept one by one, fetchers are kept in one row for each body. Who came again stays
    /// rather than who came once, so that a flood of made-up clients does not push senders out.
    private void fold(UUID domain) {
        session.sql().execute("with gone as (delete from postern.policy_fetch d using (select network, user_agent, "
                + "body_sha256 from postern.policy_fetch where domain_id = {0} and network <> '' "
                + "order by (fetches > 1) desc, last_at desc, network, user_agent, body_sha256 offset {1}) least "
                + "where d.domain_id = {0} and d.network = least.network and d.user_agent = least.user_agent "
                + "and d.body_sha256 = least.body_sha256 returning d.*) "
                + "insert into postern.policy_fetch as f (tenant_id, domain_id, network, user_agent, body_sha256, "
                + "fetches, first_at, last_at, read_offset) select tenant_id, domain_id, '', '', body_sha256, "
                + "sum(fetches), min(first_at), max(last_at), -1 from gone group by tenant_id, domain_id, body_sha256 "
                + "on conflict (domain_id, network, user_agent, body_sha256) do update "
                + "set fetches = f.fetches + excluded.fetches, first_at = least(f.first_at, excluded.first_at), "
                + "last_at = greatest(f.last_at, excluded.last_at)", val(domain), val(MOST));
    }

    /// Who fetched a domain's policy, the newest first.
    public List<Fetcher> of(UUID domain) {
        Map<String, Integer> versions = versions(domain);
        return session.sql().selectFrom(POLICY_FETCH).where(POLICY_FETCH.DOMAIN_ID.eq(domain))
                .orderBy(POLICY_FETCH.LAST_AT.desc(), POLICY_FETCH.NETWORK, POLICY_FETCH.USER_AGENT)
                .fetch(row -> new Fetcher(Optional.of(row.getNetwork()).filter(network -> !network.isEmpty()),
                        row.getUserAgent(),
                        Optional.ofNullable(versions.get(HexFormat.of().formatHex(row.getBodySha256()))),
                        row.getFetches(), row.getFirstAt().toInstant(), row.getLastAt().toInstant()));
    }

    /// The version that each body is; of versions that are the same, the newest.
    private Map<String, Integer> versions(UUID domain) {
        var versions = new HashMap<String, Integer>();
        for (PublishedPolicy version : session.policies().history(domain)) {
            versions.merge(Hashing.sha256().hashString(version.policy().render(), StandardCharsets.US_ASCII).toString(),
                    version.version(), Math::max);
        }
        return versions;
    }

    /// Forgets who can't hold any policy of the domain any more: the longest `max_age` that it has ever published has
    /// passed since they fetched.
    ///
    /// @param most how many rows at the most
    /// @return how many it was
    public int forget(Instant now, int most) {
        return session.sql().execute("delete from postern.policy_fetch where ctid in (select f.ctid "
                + "from postern.policy_fetch f where f.last_at < {0} - make_interval(secs => coalesce((select "
                + "max(p.max_age) from postern.policy p where p.domain_id = f.domain_id), 0)) limit {1})",
                val(now.atOffset(ZoneOffset.UTC)), val(most));
    }
}
