package dev.postern.app.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import dev.postern.app.TestApp.Organisation;
import dev.postern.app.account.OrganisationRules;
import dev.postern.app.domain.Addition;
import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Domains.Actor;
import dev.postern.app.imports.Imports;
import dev.postern.app.imports.Spool;
import dev.postern.app.mailbox.Mailboxes;
import dev.postern.app.mxhost.MxHosts;
import dev.postern.app.rejected.Replays;
import dev.postern.db.account.Permission;
import dev.postern.db.account.ReportRules;
import dev.postern.db.account.Role;
import dev.postern.db.report.RejectedFilter;
import dev.postern.foundation.StsNeed;
import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.ConnectionSecurity;
import dev.postern.mailbox.Mailbox;
import dev.postern.name.DomainName;
import dev.postern.rollout.Step;
import dev.postern.rollout.WatchRules;
import dev.postern.setup.PolicyHosting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Who may change what, at the doors that the pages and the REST API share, and over REST. What a page shows as disabled
/// is no protection; this is.
class RolesTest {

    /// Doors by which an actor goes, and that change nothing: whoever belongs to the organisation may use them.
    private static final Set<String> READING = Set.of("Domains.requestProbe", "MxHosts.requestProbe", "Domains.need");

    /// A change, and what it needs. The id is of a domain that is there.
    private record Door(Permission needs, BiConsumer<Actor, UUID> use) {
    }

    private final TestApp app = TestApp.shared();
    private final Organisation mine = app.organisation();
    private final Domains domains = app.bean(Domains.class);

    private Map<String, Door> doors() {
        var hosts = app.bean(MxHosts.class);
        var mailboxes = app.bean(Mailboxes.class);
        var imports = app.bean(Imports.class);
        var replays = app.bean(Replays.class);
        var rules = app.bean(OrganisationRules.class);
        var tokens = app.bean(ApiTokens.class);
        var doors = new LinkedHashMap<String, Door>();
        doors.put("Domains.add", new Door(Permission.ADD_DOMAINS, (actor, _) -> domains.add(actor, TestApp.freshDomain())));
        doors.put("Domains.publishPolicy", rollout((actor, id) -> domains.publishPolicy(actor, id, List.of("mx.example"))));
        doors.put("Domains.take", rollout((actor, id) -> domains.take(actor, id, Step.ENFORCE, "because")));
        doors.put("Domains.setHosting", rollout((actor, id) -> domains.setHosting(actor, id, PolicyHosting.CUSTOMER)));
        doors.put("Domains.setAdditionalRua", rollout((actor, id) -> domains.setAdditionalRua(actor, id, "")));
        doors.put("Domains.setDkimSelectors", rollout((actor, id) -> domains.setDkimSelectors(actor, id, "s1")));
        doors.put("Domains.setNeed", rollout((actor, id) -> domains.setNeed(actor, id, need())));
        doors.put("Domains.setAside", new Door(Permission.SET_FAILURES_ASIDE, (actor, id) -> domains.setAside(actor, id,
                "sender.example", Optional.empty(), Optional.empty(), "theirs")));
        doors.put("Domains.endSetAside", new Door(Permission.SET_FAILURES_ASIDE,
                (actor, id) -> domains.endSetAside(actor, id, UUID.randomUUID())));
        doors.put("Domains.setWatchRules", rules((actor, _) -> domains.setWatchRules(actor, WatchRules.USUAL)));
        doors.put("Domains.remove", new Door(Permission.REMOVE_DOMAINS, (actor, id) -> domains.remove(actor, id)));
        doors.put("MxHosts.add", new Door(Permission.ADD_DOMAINS, (actor, _) -> hosts.add(actor, "mx." + TestApp.freshDomain())));
        doors.put("MxHosts.remove", new Door(Permission.REMOVE_DOMAINS,
                (actor, _) -> hosts.remove(actor, new DomainName("mx.nobody.example"))));
        doors.put("Mailboxes.add", connections((actor, _) -> mailboxes.add(actor, mailbox(), "")));
        doors.put("Mailboxes.change", connections((actor, id) -> mailboxes.change(actor, id, mailbox(), "")));
        doors.put("Mailboxes.pause", connections((actor, id) -> mailboxes.pause(actor, id, true)));
        doors.put("Mailboxes.readNow", connections(mailboxes::readNow));
        doors.put("Mailboxes.remove", connections(mailboxes::remove));
        doors.put("Mailboxes.test", connections((actor, id) -> mailboxes.test(actor, Optional.of(id), mailbox(), "")));
        doors.put("Imports.spool", reports((actor, _) -> spool(imports, actor).close()));
        doors.put("Imports.begin", reports((actor, _) -> imports.begin(actor, filled(spool(imports, mine.actor())))));
        doors.put("Replays.again", reports((actor, _) -> {
            replays.again(actor, UUID.randomUUID());
            replays.again(actor, RejectedFilter.ALL);
        }));
        doors.put("OrganisationRules.setReports", rules((actor, _) -> rules.setReports(actor, new ReportRules(false, 730))));
        doors.put("ApiTokens.issue", new Door(Permission.CHANGE_TOKENS,
                (actor, _) -> tokens.issue(actor, "another", Role.AUDITOR, Optional.empty())));
        doors.put("ApiTokens.revoke", new Door(Permission.CHANGE_TOKENS, (actor, _) -> tokens.revoke(actor, UUID.randomUUID())));
        return doors;
    }

    private static Door rollout(BiConsumer<Actor, UUID> use) {
        return new Door(Permission.CHANGE_ROLLOUT, use);
    }

    private static Door rules(BiConsumer<Actor, UUID> use) {
        return new Door(Permission.CHANGE_RULES, use);
    }

    private static Door connections(BiConsumer<Actor, UUID> use) {
        return new Door(Permission.CHANGE_CONNECTIONS, use);
    }

    private static Door reports(BiConsumer<Actor, UUID> use) {
        return new Door(Permission.BRING_REPORTS, use);
    }

    @Test
    void everyRoleComesThroughItsDoorsAndNoOther() {
        for (Role role : Role.values()) {
            var actor = new Actor(mine.actor().tenant(), "somebody@example.test", role);
            doors().forEach((name, door) -> {
                UUID id = ((Addition.Added) domains.add(mine.actor(), TestApp.freshDomain())).domain().id();
                Optional<Permission> missing = refused(() -> door.use().accept(actor, id));
                assertThat(missing).as(role + " at " + name)
                        .isEqualTo(role.may(door.needs()) ? Optional.empty() : Optional.of(door.needs()));
            });
        }
    }

    /// A door that is added later has to be in the table above.
    @Test
    void everyDoorIsTried() {
        var all = new TreeSet<String>();
        for (Class<?> type : List.of(Domains.class, MxHosts.class, Mailboxes.class, Imports.class, Replays.class,
                OrganisationRules.class, ApiTokens.class)) {
            Arrays.stream(type.getDeclaredMethods()).filter(method -> Modifier.isPublic(method.getModifiers()))
                    .filter(method -> Arrays.asList(method.getParameterTypes()).contains(Actor.class))
                    .forEach(method -> all.add(type.getSimpleName() + "." + method.getName()));
        }
        assertThat(Stream.concat(doors().keySet().stream(), READING.stream()).collect(Collectors.toSet())).isEqualTo(all);
    }

    /// What a program is answered, by the role of its token.
    @Test
    void tokensReachAsFarAsTheirRole() {
        Map<Role, String> tokens = new EnumMap<>(Role.class);
        for (Role role : ApiTokens.GRANTED) {
            tokens.put(role, token(mine.actor(), role));
        }
        record Call(Permission needs, String method, String path, String body, int done) {
        }
        tokens.forEach((role, token) -> {
            String name = TestApp.freshDomain();
            domains.add(mine.actor(), name);
            app.bean(MxHosts.class).add(mine.actor(), "mx2." + name);
            String domain = "/api/v1/domains/" + name;
            for (Call call : List.of(
                    new Call(Permission.ADD_DOMAINS, "POST", "/api/v1/domains", "{\"domain\": \"" + TestApp.freshDomain() + "\"}", 201),
                    new Call(Permission.CHANGE_ROLLOUT, "PUT", domain + "/policy", "{\"mx\": [\"mx." + name + "\"]}", 409),
                    new Call(Permission.CHANGE_ROLLOUT, "POST", domain + "/phase", "{\"phase\": \"TESTING\"}", 409),
                    new Call(Permission.CHANGE_ROLLOUT, "POST", domain + "/steps", "{\"step\": \"BEGIN_TESTING\"}", 409),
                    new Call(Permission.CHANGE_ROLLOUT, "POST", "/api/v1/steps", "{\"step\": \"BEGIN_TESTING\", \"domains\": [\"" + name + "\"]}", 200),
                    new Call(Permission.SET_FAILURES_ASIDE, "POST", domain + "/set-asides",
                            "{\"organization\": \"sender.example\", \"reason\": \"theirs\"}", 200),
                    new Call(Permission.ADD_DOMAINS, "POST", "/api/v1/mx-hosts", "{\"host\": \"mx." + name + "\"}", 201),
                    new Call(Permission.REMOVE_DOMAINS, "DELETE", "/api/v1/mx-hosts/mx2." + name, "", 204),
                    new Call(Permission.CHANGE_CONNECTIONS, "POST", "/api/v1/mailboxes", "{\"name\": \"m\", \"host\": "
                            + "\"imap.example.test\", \"user\": \"u\"}", 422),
                    new Call(Permission.BRING_REPORTS, "POST", "/api/v1/reports?domain=" + name, "{}", 202),
                    new Call(Permission.BRING_REPORTS, "POST", "/api/v1/rejected-reports/replay", "", 202),
                    new Call(Permission.REMOVE_DOMAINS, "DELETE", domain, "", 204))) {
                Answer answer = app.json(call.method(), token, call.path(), call.body());
                String what = role + ": " + call.method() + " " + call.path() + " " + answer;
                if (role.may(call.needs())) {
                    assertThat(answer.status()).as(what).isEqualTo(call.done());
                } else {
                    assertThat(answer.status()).as(what).isEqualTo(403);
                    assertThat(answer.header("Content-Type")).as(what).startsWith("application/problem+json");
                    assertThat(answer.json().path("permission").asString()).isEqualTo(call.needs().name());
                    assertThat(answer.json().path("role").asString()).isEqualTo(call.needs().least().name());
                    assertThat(answer.json().path("detail").asString()).contains(call.needs().words())
                            .contains("your role is " + role.title());
                }
            }
            for (String path : List.of("/api/v1/domains", "/api/v1/timeline", "/api/v1/mx-hosts", "/api/v1/mailboxes",
                    "/api/v1/imports", "/api/v1/rejected-reports")) {
                assertThat(app.get(token, path).status()).as(role + ": GET " + path).isEqualTo(200);
            }
        });
    }

    @Test
    void aRefusalLeavesEverythingAsItWas() {
        String name = TestApp.freshDomain();
        UUID id = ((Addition.Added) domains.add(mine.actor(), name)).domain().id();
        String auditor = token(mine.actor(), Role.AUDITOR);

        assertThat(app.json("DELETE", auditor, "/api/v1/domains/" + name, "").status()).isEqualTo(403);
        assertThat(app.json("PUT", auditor, "/api/v1/domains/" + name + "/policy", "{\"mx\": [\"mx.example\"]}").status())
                .isEqualTo(403);

        assertThat(domains.list(mine.actor().tenant())).extracting(domain -> domain.id()).contains(id);
        assertThat(app.get(auditor, "/api/v1/domains/" + name + "/timeline").json().path("items")).hasSize(1);
    }

    @Test
    void nobodyGivesATokenMoreThanTheyHave() {
        var tokens = app.bean(ApiTokens.class);
        assertThat(tokens.issue(mine.actor(), "all", Role.OWNER, Optional.empty()))
                .isInstanceOf(ApiTokens.Issue.Refused.class);
        assertThat(tokens.list(mine.actor().tenant())).extracting(token -> token.role()).doesNotContain(Role.OWNER);
        var admin = new Actor(mine.actor().tenant(), "admin@example.test", Role.ADMIN);
        assertThat(tokens.issue(admin, "as I", Role.ADMIN, Optional.empty())).isInstanceOf(ApiTokens.Issue.Issued.class);
    }

    private static Optional<Permission> refused(Runnable use) {
        try {
            use.run();
            return Optional.empty();
        } catch (NotPermitted no) {
            return Optional.of(no.missing());
        }
    }

    private String token(Actor actor, Role role) {
        return ((ApiTokens.Issue.Issued) app.bean(ApiTokens.class).issue(actor, role.title(), role, Optional.empty())).secret();
    }

    private static StsNeed need() {
        return new StsNeed(false, false, false, StsNeed.Incoming.NONE, StsNeed.MxRunner.OURSELVES, false, false);
    }

    private static Mailbox mailbox() {
        return Mailbox.parse("m", "imap.example.test", 993, ConnectionSecurity.IMPLICIT_TLS, "u", "INBOX",
                new AfterReading.Leave()).orThrow();
    }

    private static Spool filled(Spool spool) {
        try {
            spool.add("one.json", new ByteArrayInputStream(new byte[]{'{', '}'}), 2);
            return spool;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Spool spool(Imports imports, Actor actor) {
        try {
            return imports.spool(actor);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
