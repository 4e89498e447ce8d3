package dev.postern.observation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/// The outcome of one DNS question. "There is none" and "could not tell" are different answers (RFC 8461 §3.1).
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
        @JsonSubTypes.Type(value = DnsAnswer.Found.class, name = "found"),
        @JsonSubTypes.Type(value = DnsAnswer.Absent.class, name = "absent"),
        @JsonSubTypes.Type(value = DnsAnswer.Unknown.class, name = "unknown")})
public sealed interface DnsAnswer {

    /// @param values the records' data, one string each; TXT strings joined, names without trailing dot, lower case;
    ///               MX records as host names in order of preference
    /// @param ttl    seconds
    record Found(List<String> values, long ttl) implements DnsAnswer {
        public Found {
            values = List.copyOf(values);
        }
    }

    /// The server said that there is no such record.
    ///
    /// @param code `NXDOMAIN` or `NODATA`
    record Absent(String code) implements DnsAnswer {
    }

    /// No usable answer: a timeout, SERVFAIL, a loop.
    record Unknown(String why) implements DnsAnswer {
    }

    /// The records' data; none where none was found.
    default List<String> values() {
        return List.of();
    }

    /// The answer as evidence.
    default String text() {
        return switch (this) {
            case Found(var values, var ttl) -> String.join("\n", values) + "\n(TTL " + ttl + " s)";
            case Absent(var code) -> code;
            case Unknown(var why) -> "no answer: " + why;
        };
    }
}
