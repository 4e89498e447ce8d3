package dev.postern.db.outbox;

import static dev.postern.db.jooq.Tables.OUTBOX;

import dev.postern.setup.MailDomain;
import dev.postern.setup.PublishedPolicy;
import dev.postern.stream.CheckRequest;
import dev.postern.stream.Json;
import dev.postern.stream.ProbeRequest;
import dev.postern.stream.ProbeResult;
import dev.postern.stream.TimelineMessage;
import dev.postern.stream.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/// Puts messages into the outbox of a transaction.
public final class Outbox {

    private final DSLContext sql;

    public Outbox(DSLContext sql) {
        this.sql = sql;
    }

    /// The policy host will serve this policy.
    public void policyPublished(MailDomain domain, PublishedPolicy policy) {
        put(Topics.POLICY_PUBLISHED, domain.name().ascii(),
                policy.policy().render().getBytes(StandardCharsets.US_ASCII));
    }

    /// The policy host will no longer serve a policy for this domain.
    public void policyWithdrawn(MailDomain domain) {
        put(Topics.POLICY_PUBLISHED, domain.name().ascii(), null);
    }

    /// For somebody who waits.
    public void probeRequestedNow(ProbeRequest request) {
        put(Topics.PROBE_REQUESTED_NOW, request.domain(), Json.bytes(request));
    }

    public void checkRequested(CheckRequest request) {
        put(Topics.CHECK_REQUESTED, request.domain(), Json.bytes(request));
    }

    public void probeObserved(ProbeResult result) {
        put(Topics.PROBE_OBSERVED, result.domain(), Json.bytes(result));
    }

    public void timelineEvents(List<TimelineMessage> messages) {
        var rows = messages.stream().map(message -> DSL.row(Topics.TIMELINE_EVENT, message.tenant().toString(),
                Json.bytes(message))).toList();
        sql.insertInto(OUTBOX, OUTBOX.TOPIC, OUTBOX.KEY, OUTBOX.VALUE).valuesOfRows(rows).execute();
    }

    private void put(String topic, String key, byte[] value) {
        sql.insertInto(OUTBOX, OUTBOX.TOPIC, OUTBOX.KEY, OUTBOX.VALUE).values(topic, key, value).execute();
    }
}
