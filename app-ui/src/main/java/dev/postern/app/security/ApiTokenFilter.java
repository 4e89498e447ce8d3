package dev.postern.app.security;

import dev.postern.app.domain.Domains;
import dev.postern.db.account.AccountStore;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.web.filter.OncePerRequestFilter;

/// Reads `Authorization: Bearer …` (RFC 6750 §2.1). A request without the header goes on as nobody's; one with a token
/// that is nobody's ends here, so that a program learns at once that its token is no good.
final class ApiTokenFilter extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(ApiTokenFilter.class);
    private static final String SCHEME = "Bearer ";
    /// Longer than any token that is issued or that an operator would choose.
    private static final int LONGEST_TOKEN = 1024;

    private final AccountStore accounts;
    private final SecurityContextHolderStrategy contexts;
    private final Clock clock;

    ApiTokenFilter(AccountStore accounts, SecurityContextHolderStrategy contexts, Clock clock) {
        this.contexts = contexts;
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            chain.doFilter(request, response);
            return;
        }
        Optional<AccountStore.TokenHolder> holder;
        try {
            holder = token(header).flatMap(token -> accounts.byApiToken(ApiTokens.hash(token), clock.instant()));
        } catch (DataAccessException away) {
            LOG.error("An API token can't be looked up", away);
            ApiProblems.write(request, response, HttpStatus.SERVICE_UNAVAILABLE,
                    "The database can't be reached. Try again soon.");
            return;
        }
        if (holder.isEmpty()) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
            ApiProblems.write(request, response, HttpStatus.UNAUTHORIZED,
                    "This API token is not valid: unknown, revoked or expired.");
            return;
        }
        var context = contexts.createEmptyContext();
        context.setAuthentication(new ApiTokenAuthentication(
                new Domains.Actor(holder.get().tenant(), holder.get().name(), holder.get().role())));
        contexts.setContext(context);
        chain.doFilter(request, response);
    }

    private static Optional<String> token(String header) {
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) && header.length() <= LONGEST_TOKEN
                ? Optional.of(header.substring(SCHEME.length()).strip()) : Optional.empty();
    }
}
