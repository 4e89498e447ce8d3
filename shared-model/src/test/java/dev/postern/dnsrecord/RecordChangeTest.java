package dev.postern.dnsrecord;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.setup.RecordToPublish;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordChangeTest {

    private static final RecordToPublish STS = new RecordToPublish(Check.STS_RECORD_SYNTAX, "_mta-sts.example.com", "TXT",
            "v=STSv1; id=2;", "", true);
    private static final RecordToPublish REPORTS = new RecordToPublish(Check.TLSRPT_RECORD, "_smtp._tls.example.com", "TXT",
            "v=TLSRPTv1; rua=mailto:token@postern.test", "", true);
    private static final RecordToPublish CHALLENGE = new RecordToPublish(Check.DOMAIN_OWNERSHIP,
            "_postern-challenge.example.com", "TXT", "postern-verification=mine", "", true);
    private static final RecordToPublish HOST = new RecordToPublish(Check.POLICY_HOST_ADDRESS, "mta-sts.example.com",
            "CNAME", "token.mta-sts.postern.test", "", true);

    private static RecordChange towards(RecordToPublish wanted, OwnerContent now, String... ours) {
        return RecordChange.towards(wanted, now, Set.of(ours), Optional.empty());
    }

    private static OwnerContent texts(String... texts) {
        return OwnerContent.ofTexts(List.of(texts));
    }

    private static RecordChange.Write write(String... texts) {
        return new RecordChange.Write(texts(texts));
    }

    @Test
    void writesWhereNothingIs() {
        assertThat(towards(STS, OwnerContent.EMPTY)).isEqualTo(write("v=STSv1; id=2;"));
        assertThat(towards(REPORTS, OwnerContent.EMPTY)).isEqualTo(write(REPORTS.value()));
        assertThat(towards(CHALLENGE, OwnerContent.EMPTY)).isEqualTo(write(CHALLENGE.value()));
        assertThat(towards(HOST, OwnerContent.EMPTY))
                .isEqualTo(new RecordChange.Write(OwnerContent.aliasOf(HOST.value())));
    }

    @Test
    void leavesWhatSaysSoAlready() {
        assertThat(towards(STS, texts("v=STSv1; id=2;"))).isEqualTo(new RecordChange.None());
        assertThat(towards(STS, texts("beside", "v=STSv1;id=2"))).isEqualTo(new RecordChange.None());
        assertThat(towards(REPORTS, texts("v=TLSRPTv1;rua=mailto:token@postern.test"))).isEqualTo(new RecordChange.None());
        assertThat(towards(HOST, OwnerContent.aliasOf("Token.mta-sts.Postern.test."))).isEqualTo(new RecordChange.None());
    }

    @Test
    void replacesItsOwnAndKeepsWhatIsBeside() {
        assertThat(towards(STS, texts("beside", "v=STSv1; id=1;"), "v=STSv1; id=1;")).isEqualTo(write("beside",
                "v=STSv1; id=2;"));
        assertThat(towards(STS, texts("v=STSv1;id=1"), "v=STSv1; id=1;")).as("published by hand, spelled otherwise")
                .isEqualTo(write("v=STSv1; id=2;"));
        assertThat(towards(STS, texts("v=STSv1; id=1;", "v=STSv1; id=2;"), "v=STSv1; id=1;")).as("two are as none")
                .isEqualTo(write("v=STSv1; id=2;"));
        assertThat(towards(CHALLENGE, texts("postern-verification=theirs"))).isEqualTo(write("postern-verification=theirs",
                "postern-verification=mine"));
        assertThat(towards(HOST, OwnerContent.aliasOf("old.postern.test"), "old.postern.test"))
                .isEqualTo(new RecordChange.Write(OwnerContent.aliasOf(HOST.value())));
    }

    @Test
    void leavesWhatSomebodyElseWrote() {
        var conflict = (RecordChange.Conflict) towards(STS, texts("v=STSv1; id=theirs;"), "v=STSv1; id=1;");
        assertThat(conflict.found()).isEqualTo("v=STSv1; id=theirs;");
        assertThat(conflict.replaceable()).isTrue();
        assertThat(conflict.words()).contains("_mta-sts.example.com", "v=STSv1; id=theirs;", "left as it is");
        assertThat(towards(STS, texts("V = stsv1; id=meant"))).isInstanceOf(RecordChange.Conflict.class);
        assertThat(towards(STS, OwnerContent.aliasOf("elsewhere.test"))).isInstanceOf(RecordChange.Conflict.class);
        assertThat(towards(HOST, OwnerContent.aliasOf("elsewhere.test"))).isInstanceOf(RecordChange.Conflict.class);
        assertThat(towards(HOST, new OwnerContent(Optional.empty(), List.of(), true)))
                .isInstanceOfSatisfying(RecordChange.Conflict.class, way -> assertThat(way.replaceable()).isFalse());
    }

    @Test
    void replacesExactlyWhatAPersonAllowed() {
        assertThat(RecordChange.towards(STS, texts("beside", "v=STSv1; id=theirs;"), Set.of(),
                Optional.of("v=STSv1; id=theirs;"))).isEqualTo(write("beside", "v=STSv1; id=2;"));
        assertThat(RecordChange.towards(STS, texts("v=STSv1; id=later;"), Set.of(), Optional.of("v=STSv1; id=theirs;")))
                .as("it was changed since").isInstanceOf(RecordChange.Conflict.class);
        assertThat(RecordChange.towards(STS, OwnerContent.aliasOf("elsewhere.test"), Set.of(),
                Optional.of("CNAME elsewhere.test"))).isEqualTo(write("v=STSv1; id=2;"));
        assertThat(RecordChange.towards(HOST, new OwnerContent(Optional.empty(), List.of(), true), Set.of(),
                Optional.of(""))).isInstanceOf(RecordChange.Conflict.class);
    }

    @Test
    void keepsTheReportAddressesOfOthers() {
        assertThat(towards(REPORTS, texts("v=TLSRPTv1; rua=mailto:own@example.com,https://r.example.com/v1")))
                .isEqualTo(write("v=TLSRPTv1; rua=mailto:token@postern.test,mailto:own@example.com,"
                        + "https://r.example.com/v1"));
        assertThat(towards(REPORTS, texts("v=TLSRPTv1; rua=mailto:own@example.com,mailto:token@postern.test")))
                .as("in whatever order").isEqualTo(new RecordChange.None());
        assertThat(towards(REPORTS, texts("v=TLSRPTv1; rua=mailto:own@example.com,mailto:gone@example.com"),
                "v=TLSRPTv1; rua=mailto:token@postern.test,mailto:gone@example.com"))
                .as("an address that was taken away in Postern goes")
                .isEqualTo(write("v=TLSRPTv1; rua=mailto:token@postern.test,mailto:own@example.com"));
        assertThat(towards(REPORTS, texts("v=TLSRPTv1; rua=mailto:a@example.com", "v=TLSRPTv1; rua=mailto:b@example.com",
                "beside"))).as("two records are as none").isEqualTo(write("beside",
                "v=TLSRPTv1; rua=mailto:token@postern.test,mailto:a@example.com,mailto:b@example.com"));
        assertThat(towards(REPORTS, texts("v=TLSRPTv1; nothing=here"))).as("what can't be read is not merged")
                .isInstanceOf(RecordChange.Conflict.class);
        assertThat(RecordChange.towards(REPORTS, texts("v=TLSRPTv1; nothing=here"), Set.of(),
                Optional.of("v=TLSRPTv1; nothing=here"))).isEqualTo(write(REPORTS.value()));
    }
}
