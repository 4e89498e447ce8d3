package dev.postern.ingest.fetches;

import dev.postern.db.fetch.FetchedDomains;
import dev.postern.db.fetch.FetchedDomains.Owned;
import dev.postern.db.tenancy.Database;
import dev.postern.stream.Json;
import dev.postern.stream.PolicyFetches;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// Counts fetches into the database. Read again after a crash, a message is known by its place in the topic
/// ([dev.postern.db.fetch.PolicyFetchStore] says what that leaves open).
public final class FetchRecorder {

    private static final Pattern NETWORK = Pattern.compile("([0-9a-f.:]{3,46}/(24|48))?");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final Logger LOG = LoggerFactory.getLogger(FetchRecorder.class);

    /// @param offset on the message's partition
    private record Message(PolicyFetches fetches, long offset) {
    }

    private final Database database;

    public FetchRecorder(Database database) {
        this.database = database;
    }

    /// Records messages in their order; what is not of their form, or of no domain here, is left out.
    ///
    /// @throws org.jooq.exception.DataAccessException when the database is away, or a domain was removed this
    ///                                               very moment;
    ///                                               some may be recorded then
    public void record(List<ConsumerRecord<String, byte[]>> records) {
        var messages = new ArrayList<Message>();
        records.forEach(each -> read(each, messages));
        Map<String, Owned> owners = FetchedDomains.byName(database, messages.stream()
                .map(message -> message.fetches().domain()).collect(Collectors.toSet()));
        for (Message message : messages) {
            Owned owner = owners.get(message.fetches().domain());
            if (owner != null) {
                database.useTenant(owner.tenant(), session -> session.policyFetches().add(owner.domain(),
                        message.fetches().fetchers(), message.offset()));
            }
        }
    }

    private static void read(ConsumerRecord<String, byte[]> record, List<Message> messages) {
        try {
            var fetches = Json.read(record.value(), PolicyFetches.class);
            if (fetches.domain() != null && fetches.fetchers().stream().allMatch(FetchRecorder::wellFormed)) {
                messages.add(new Message(fetches, record.offset()));
                return;
            }
        } catch (JacksonException | NullPointerException notOfTheForm) {
            LOG.debug("Not of the form", notOfTheForm);
        }
        LOG.warn("Left out the message at {}-{} of {}: it is not of its form", record.partition(), record.offset(),
                record.topic());
    }

    private static boolean wellFormed(PolicyFetches.Fetcher each) {
        return NETWORK.matcher(each.network()).matches() && each.userAgent().length() <= PolicyFetches.MAX_AGENT
                && each.userAgent().indexOf('\0') < 0 && SHA_256.matcher(each.bodySha256()).matches()
                && each.fetches() > 0 && !each.firstAt().isAfter(each.lastAt());
    }
}
