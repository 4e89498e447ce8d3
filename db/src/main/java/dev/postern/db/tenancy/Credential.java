package dev.postern.db.tenancy;

import java.util.Collection;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Collectors;

/// What a caller presents before a tenant is known, to see the one row that it names.
public sealed interface Credential {

    /// Name of the transaction's setting that row-level security compares with.
    String setting();

    String value();

    /// @param email in lower case
    record Email(String email) implements Credential {
        @Override
        public String setting() {
            return "postern.email";
        }

        @Override
        public String value() {
            return email;
        }
    }

    record Account(UUID id) implements Credential {
        @Override
        public String setting() {
            return "postern.account";
        }

        @Override
        public String value() {
            return id.toString();
        }
    }

    /// Report addresses, several at once. A token has letters, digits and hyphens; what else a stranger writes is none.
    record ReportTokens(Collection<String> tokens) implements Credential {
        @Override
        public String setting() {
            return "postern.report_token";
        }

        @Override
        public String value() {
            return tokens.stream().filter(token -> token.indexOf(',') < 0).collect(Collectors.joining(","));
        }
    }

    /// @param sha256 of the API token
    record ApiToken(byte[] sha256) implements Credential {
        @Override
        public String setting() {
            return "postern.api_token_hash";
        }

        @Override
        public String value() {
            return HexFormat.of().formatHex(sha256);
        }
    }
}
