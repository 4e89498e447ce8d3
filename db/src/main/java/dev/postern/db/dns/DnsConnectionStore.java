package dev.postern.db.dns;

import static dev.postern.db.jooq.Tables.DNS_CONNECTION;
import static dev.postern.db.jooq.Tables.DNS_WRITING;
import static dev.postern.db.jooq.Tables.DOMAIN;

import dev.postern.db.jooq.tables.records.DnsConnectionRecord;
import dev.postern.db.secret.Sealed;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.TsigAlgorithm;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// An organisation's connections to DNS zones.
public final class DnsConnectionStore {

    private final TenantSession session;

    public DnsConnectionStore(TenantSession session) {
        this.session = session;
    }

    public void add(UUID id, DnsConnection connection, Sealed secret, String createdBy, Instant now) {
        DnsConnectionRecord row = session.sql().newRecord(DNS_CONNECTION);
        row.setTenantId(session.tenant());
        row.setConnectionId(id);
        row.setKind(connection.kind().name());
        row.setName(connection.name());
        row.setZone(connection.zone());
        switch (connection) {
            case DnsConnection.Rfc2136 server -> {
                row.setHost(server.host());
                row.setPort(server.port());
                row.setKeyName(server.keyName());
                row.setKeyAlgorithm(server.algorithm().name());
            }
            case DnsConnection.Route53 zone -> row.setKeyName(zone.accessKeyId());
            case DnsConnection.Cloudflare _ -> { }
        }
        row.setKeyVersion(secret.keyVersion());
        row.setSecretKey(secret.key());
        row.setSecretSealed(secret.secret());
        row.setCreatedAt(now.atOffset(ZoneOffset.UTC));
        row.setCreatedBy(createdBy);
        row.insert();
    }

    /// By name.
    public List<StoredConnection> list() {
        Map<UUID, List<String>> domains = session.sql().select(DNS_WRITING.CONNECTION_ID, DOMAIN.NAME).from(DNS_WRITING)
                .join(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(DNS_WRITING.DOMAIN_ID)).where(DNS_WRITING.CONNECTION_ID.isNotNull())
                .orderBy(DOMAIN.NAME).fetchGroups(DNS_WRITING.CONNECTION_ID, DOMAIN.NAME);
        return session.sql().selectFrom(DNS_CONNECTION).orderBy(DNS_CONNECTION.NAME, DNS_CONNECTION.CONNECTION_ID)
                .fetch(row -> stored(row, domains.getOrDefault(row.getConnectionId(), List.of())));
    }

    public Optional<StoredConnection> find(UUID id) {
        return list().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /// The key or token as it is kept.
    public Optional<Sealed> secret(UUID id) {
        return session.sql().select(DNS_CONNECTION.KEY_VERSION, DNS_CONNECTION.SECRET_KEY, DNS_CONNECTION.SECRET_SEALED)
                .from(DNS_CONNECTION).where(DNS_CONNECTION.CONNECTION_ID.eq(id))
                .fetchOptional(row -> new Sealed(row.value1(), row.value2(), row.value3()));
    }

    /// Removes a connection; the records of its domains are served by hand from then on, and stay as they are.
    ///
    /// @return false when there is none
    public boolean remove(UUID id) {
        return session.sql().deleteFrom(DNS_CONNECTION).where(DNS_CONNECTION.CONNECTION_ID.eq(id)).execute() == 1;
    }

    private static StoredConnection stored(DnsConnectionRecord row, List<String> domains) {
        DnsConnection connection = switch (DnsConnection.Kind.valueOf(row.getKind())) {
            case RFC2136 -> new DnsConnection.Rfc2136(row.getName(), row.getZone(), row.getHost(), row.getPort(),
                    row.getKeyName(), TsigAlgorithm.valueOf(row.getKeyAlgorithm()));
            case CLOUDFLARE -> new DnsConnection.Cloudflare(row.getName(), row.getZone());
            case ROUTE53 -> new DnsConnection.Route53(row.getName(), row.getZone(), row.getKeyName());
        };
        return new StoredConnection(row.getConnectionId(), connection, row.getCreatedAt().toInstant(), row.getCreatedBy(),
                domains);
    }
}
