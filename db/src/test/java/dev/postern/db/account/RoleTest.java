package dev.postern.db.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RoleTest {

    /// Written out, so that nobody widens a role by moving a line.
    @Test
    void mayWhatIsWrittenHereAndNothingElse() {
        Set<Permission> work = EnumSet.of(Permission.CHANGE_ROLLOUT, Permission.ADD_DOMAINS,
                Permission.SET_FAILURES_ASIDE, Permission.BRING_REPORTS);
        Map<Role, Set<Permission>> expected = Map.of(
                Role.OWNER, EnumSet.allOf(Permission.class),
                Role.ADMIN, EnumSet.allOf(Permission.class),
                Role.OPERATOR, work,
                Role.REVIEWER, Set.of(),
                Role.AUDITOR, Set.of());
        for (Role role : Role.values()) {
            assertThat(Arrays.stream(Permission.values()).filter(role::may).collect(Collectors.toSet())).as(role.title())
                    .isEqualTo(expected.get(role));
        }
    }

    @Test
    void reads() {
        assertThat(Role.OPERATOR.title()).isEqualTo("Operator");
    }
}
