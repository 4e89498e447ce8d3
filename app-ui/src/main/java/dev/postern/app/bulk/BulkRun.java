package dev.postern.app.bulk;

import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Domains.Actor;
import dev.postern.app.domain.Outcome;
import dev.postern.db.account.Permission;
import dev.postern.rollout.Step;
import dev.postern.setup.MailDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes one step for many domains, one after another, each in a transaction of its own. What one is refused holds up none
/// of the others, and a run that stops halfway has done whole domains.
public final class BulkRun {

    private static final Logger LOG = LoggerFactory.getLogger(BulkRun.class);

    /// How it went for one domain.
    public enum Ending {
        DONE("done"),
        /// Its gate was shut when its turn came, or it was gone.
        REFUSED("refused"),
        /// The database failed; nothing was done.
        FAILED("failed"),
        /// The run was cancelled before its turn.
        NOT_TRIED("not tried");

        private final String word;

        Ending(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /// @param detail why it was not done; empty where it was
    public record Result(MailDomain domain, Ending ending, String detail) {
    }

    private final Domains domains;
    private final Actor actor;
    private final Step step;
    private final String reason;
    private final List<MailDomain> chosen;
    private volatile boolean cancelled;

    /// @param reason why, in the person's words, for each domain's timeline
    /// @throws dev.postern.app.security.NotPermitted where the actor may not take steps
    public BulkRun(Domains domains, Actor actor, Step step, String reason, List<MailDomain> chosen) {
        actor.need(Permission.CHANGE_ROLLOUT);
        this.domains = domains;
        this.actor = actor;
        this.step = step;
        this.reason = reason;
        this.chosen = List.copyOf(chosen);
    }

    public Step step() {
        return step;
    }

    public int size() {
        return chosen.size();
    }

    /// Takes no further domain. The one whose turn it is is finished.
    public void cancel() {
        cancelled = true;
    }

    /// Goes through all of them, on the caller's thread.
    ///
    /// @param told after each domain, how many have had their turn
    /// @return one for each domain, in the order given
    public List<Result> run(Consumer<Integer> told) {
        var results = new ArrayList<Result>();
        for (MailDomain domain : chosen) {
            results.add(cancelled ? new Result(domain, Ending.NOT_TRIED, "The run was cancelled before.") : take(domain));
            told.accept(results.size());
        }
        return List.copyOf(results);
    }

    private Result take(MailDomain domain) {
        try {
            return switch (domains.take(actor, domain.id(), step, reason)) {
                case Outcome.Done _ -> new Result(domain, Ending.DONE, "");
                case Outcome.Refused(var why) -> new Result(domain, Ending.REFUSED, why);
            };
        } catch (DataAccessException failed) {
            LOG.error("The step {} failed for {}", step, domain.name().ascii(), failed);
            return new Result(domain, Ending.FAILED, "The database failed; nothing was changed. Try again soon.");
        }
    }

    /// How many ended in which way.
    public static Map<Ending, Long> counts(List<Result> results) {
        return results.stream().collect(Collectors.groupingBy(Result::ending, Collectors.counting()));
    }
}
