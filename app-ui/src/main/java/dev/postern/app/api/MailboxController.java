package dev.postern.app.api;

import dev.postern.app.domain.Domains;
import dev.postern.app.mailbox.Mailboxes;
import dev.postern.app.mailbox.TestOutcome;
import dev.postern.db.mailbox.StoredMailbox;
import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.ConnectionSecurity;
import dev.postern.mailbox.Mailbox;
import dev.postern.outbound.imap.MailboxProblem;
import dev.postern.parse.Parsed;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The mailboxes that reports are read from. A password goes in and never comes out.
@RestController
@RequestMapping("/api/v1/mailboxes")
@Tag(name = "Report mailboxes")
class MailboxController {

    /// What becomes of a report's mail once Postern has it.
    public enum Afterwards {
        LEAVE, MARK_SEEN, MOVE
    }

    /// A mailbox as a program sends it.
    ///
    /// @param port         absent: the usual one
    /// @param security     absent: TLS from the start
    /// @param password     absent when changing: the stored one stays
    /// @param folder       absent: INBOX
    /// @param afterReading absent: LEAVE
    /// @param moveTo       with MOVE
    /// @param paused       absent: false
    public record Entry(String name, String host, Integer port, ConnectionSecurity security, String user,
                        @Schema(accessMode = Schema.AccessMode.WRITE_ONLY, format = "password") String password,
                        String folder, Afterwards afterReading, String moveTo, Boolean paused) {

        Mailbox mailbox() {
            ConnectionSecurity wanted = security == null ? ConnectionSecurity.IMPLICIT_TLS : security;
            AfterReading then = switch (afterReading == null ? Afterwards.LEAVE : afterReading) {
                case LEAVE -> new AfterReading.Leave();
                case MARK_SEEN -> new AfterReading.MarkSeen();
                case MOVE -> new AfterReading.MoveTo(text(moveTo));
            };
            return MailboxController.orRefuse(Mailbox.parse(text(name), text(host),
                    port == null ? wanted.usualPort() : port, wanted, text(user), folder == null ? "INBOX" : folder, then));
        }

        String secret() {
            return text(password);
        }

        /// A request may be logged.
        @Override
        public String toString() {
            return "mailbox " + name + " at " + host;
        }

        private static String text(String sent) {
            return sent == null ? "" : sent;
        }
    }

    /// A mailbox and how reading it goes.
    ///
    /// @param lastPollAt null before the first time
    /// @param lastError  what is wrong and what to do; null while all is well
    public record State(UUID id, String name, String host, int port, ConnectionSecurity security, String user,
                        String folder, Afterwards afterReading, String moveTo, boolean paused, Instant lastPollAt,
                        Instant lastSuccessAt, Instant nextPollAt, String lastError, int failures, long mailsSeen,
                        long reportsTaken, long reportsTooLarge) {

        static State of(StoredMailbox stored) {
            Mailbox mailbox = stored.mailbox();
            return new State(stored.id(), mailbox.name(), mailbox.host(), mailbox.port(), mailbox.security(),
                    mailbox.user(), mailbox.folder(), switch (mailbox.afterReading()) {
                        case AfterReading.Leave _ -> Afterwards.LEAVE;
                        case AfterReading.MarkSeen _ -> Afterwards.MARK_SEEN;
                        case AfterReading.MoveTo _ -> Afterwards.MOVE;
                    }, mailbox.afterReading() instanceof AfterReading.MoveTo(var folder) ? folder : null, stored.paused(),
                    stored.lastPollAt().orElse(null), stored.lastSuccessAt().orElse(null), stored.nextPollAt(),
                    stored.lastError().orElse(null), stored.failures(), stored.seen(), stored.taken(), stored.tooLarge());
        }
    }

    public record States(List<State> items) {
    }

    /// What a test saw.
    ///
    /// @param works   whether the mailbox can be read
    /// @param problem what kind of thing is wrong; null where it works
    /// @param reason  what is wrong and what to do; null where it works
    /// @param mails   in the folder; null where it does not work
    /// @param looked  at how many of them, the newest
    /// @param reports of these, those that look like TLS reports
    public record Look(boolean works, MailboxProblem.Kind problem, String reason, Integer mails, Integer looked,
                       Integer reports) {
    }

    private final Mailboxes mailboxes;

    MailboxController(Mailboxes mailboxes) {
        this.mailboxes = mailboxes;
    }

    @GetMapping
    @Operation(summary = "All mailboxes, by name")
    States list(@AuthenticationPrincipal Domains.Actor actor) {
        return new States(mailboxes.list(actor.tenant()).stream().map(State::of).toList());
    }

    @GetMapping("/{id}")
    @Operation(summary = "A mailbox and how reading it goes")
    State get(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        return State.of(find(actor, id));
    }

    @PostMapping
    @Operation(summary = "Connect a mailbox; it is read within seconds")
    ResponseEntity<State> add(@AuthenticationPrincipal Domains.Actor actor, @RequestBody Entry entry) {
        UUID id = orRefuse(mailboxes.add(actor, entry.mailbox(), entry.secret()));
        pause(actor, id, entry);
        return ResponseEntity.created(URI.create("/api/v1/mailboxes/" + id)).body(State.of(find(actor, id)));
    }

    @PutMapping("/{id}")
    @Operation(summary = "Change a mailbox",
            description = "Without a password the stored one stays, as long as server and user do.")
    State change(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id, @RequestBody Entry entry) {
        find(actor, id);
        orRefuse(mailboxes.change(actor, id, entry.mailbox(), entry.secret()));
        pause(actor, id, entry);
        return State.of(find(actor, id));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove a mailbox", description = "Reports that were taken stay.")
    void remove(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        if (!mailboxes.remove(actor, id)) {
            throw noSuchMailbox(id);
        }
    }

    @PostMapping("/{id}/test")
    @Operation(summary = "Connect now and look, without reading a mail", description = "It may take half a minute.")
    Look test(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        return switch (mailboxes.test(actor, Optional.of(id), find(actor, id).mailbox(), "")) {
            case TestOutcome.Fine(var look) -> new Look(true, null, null, look.mails(), look.looked(), look.reports());
            case TestOutcome.Failed(var kind, var reason) -> new Look(false, kind, reason, null, null, null);
            case TestOutcome.NotTried(var reason) -> throw ApiProblem.of(HttpStatus.SERVICE_UNAVAILABLE, reason);
        };
    }

    private void pause(Domains.Actor actor, UUID id, Entry entry) {
        boolean wanted = Boolean.TRUE.equals(entry.paused());
        if (find(actor, id).paused() != wanted) {
            mailboxes.pause(actor, id, wanted);
        }
    }

    private StoredMailbox find(Domains.Actor actor, UUID id) {
        return mailboxes.find(actor.tenant(), id).orElseThrow(() -> noSuchMailbox(id));
    }

    private static ApiProblem noSuchMailbox(UUID id) {
        return ApiProblem.of(HttpStatus.NOT_FOUND, "There is no mailbox '" + id + "' in your organisation.");
    }

    private static <T> T orRefuse(Parsed<T> parsed) {
        return switch (parsed) {
            case Parsed.Valid<T>(var value, var _) -> value;
            case Parsed.Invalid<T> invalid -> throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, invalid.reason());
        };
    }
}
