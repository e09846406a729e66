package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.UpdateChanges;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.trust.Admission.Decision;
import dev.holdfast.spi.trust.Candidate;
import dev.holdfast.spi.trust.SignedPart;
import dev.holdfast.spi.trust.Verified;
import dev.holdfast.testkit.FileTree;
import dev.holdfast.trust.TrustPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a trust policy lets through to a target when a host installs and repairs, from a real repository with signed
 * releases.
 */
final class TrustedInstallTest extends TrustedFixture {

    @Test
    void anUnsignedReleaseIsRefusedBeforeAByteIsSent() {
        greeter.unsigned("v1.0.0");

        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()))) {
            assertRefused(Reason.UNSIGNED, () -> install(holdfast));
        }

        assertThat(target.uploads()).isZero();
        assertThat(store.installs().find(KEY)).isEmpty();
        assertThat(audited()).contains("trust-refused");
    }

    @Test
    void aReleaseOfAnotherSignerIsRefusedBeforeAByteIsSent() {
        greeter.signed("v1.0.0", bob);

        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()))) {
            assertRefused(Reason.SIGNER_REFUSED, () -> install(holdfast));
        }

        assertThat(target.uploads()).isZero();
    }

    @Test
    void aSourceWithoutARuleIsRefusedWhereThePolicySaysSo() {
        greeter.signed("v1.0.0", alice);

        try (Holdfast holdfast = host(TrustPolicy.of().refusingOthers())) {
            assertRefused(Reason.UNSIGNED, () -> install(holdfast));
        }

        assertThat(target.uploads()).isZero();
    }

    @Test
    void whatWasVerifiedIsRecordedWithTheInstallAndAudited() {
        greeter.signed("v1.0.0", alice);

        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()))) {
            install(holdfast);

            Verified verified =
                    holdfast.trust().verified(holdfast.find(KEY).orElseThrow()).orElseThrow();
            assertThat(verified.signer()).isEqualTo("alice@example.org");
            assertThat(verified.rule()).isEqualTo("ours");
            assertThat(verified.part()).isEqualTo(SignedPart.TAG);
            assertThat(verified.account()).contains("SHA256:").contains("commit: unsigned");
        }
        assertThat(audited()).contains("trust-verified");
        assertThat(target.uploads()).isOne();
    }

    @Test
    void theRecordAndTheExplanationSayWhatWasVerifiedAfterARestartToo() {
        greeter.signed("v1.0.0", alice);
        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()))) {
            install(holdfast);
        }

        try (Holdfast restarted = host(TrustPolicy.of())) {
            assertThat(restarted.explain(KEY).verified())
                    .hasValueSatisfying(verified -> assertThat(verified.text())
                            .startsWith("rule ours: signed tag by alice@example.org with SHA256:"));
        }

        assertThat(store.audit().list(Page.Request.first(100)).items())
                .filteredOn(entry -> entry.action().equals("trust-verified"))
                .singleElement()
                .extracting(AuditEntry::outcome)
                .asString()
                .startsWith("rule ours: signed tag by alice@example.org with SHA256:");
    }

    @Test
    void whatTheTrustPolicyRefusesIsNotShownToTheHost() {
        greeter.signed("v1.0.0", alice);
        List<Candidate> seen = new ArrayList<>();
        try (Holdfast open = host(TrustPolicy.of(byAlice()))) {
            install(open);
        }
        greeter.unsigned("v1.1.0");

        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()), candidate -> {
            seen.add(candidate);
            return new Decision.Admit();
        })) {
            UpdateChanges changes =
                    holdfast.updates().changes(swept(holdfast).id()).orElseThrow();

            assertThat(changes.isTrusted()).isFalse();
            assertThat(changes.admission()).isEmpty();
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void withoutARuleNothingIsAskedAndNothingIsRecorded() {
        greeter.unsigned("v1.0.0");

        try (Holdfast holdfast = host(TrustPolicy.of())) {
            install(holdfast);

            assertThat(holdfast.trust().verified(holdfast.find(KEY).orElseThrow()))
                    .isEmpty();
        }
        assertThat(audited()).doesNotContain("trust-verified", "pin");
    }

    @Test
    void aRepairFromTheSourceIsHeldToAPolicyThatCameLater() {
        greeter.unsigned("v1.0.0");
        try (Holdfast before = host(TrustPolicy.of())) {
            install(before);
        }
        FileTree.delete(directory.resolve("plugins").resolve(".releases"));

        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()))) {
            assertRefused(Reason.UNSIGNED, () -> holdfast.repair(KEY, "carol"));
        }

        assertThat(target.uploads()).isOne();
    }

    @Test
    void theHostHasTheLastWordBeforeAByteIsSent() {
        greeter.signed("v1.0.0", alice);
        List<Candidate> seen = new ArrayList<>();

        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()), candidate -> {
            seen.add(candidate);
            return new Decision.Refuse("the scanner found something");
        })) {
            assertRefused(Reason.NOT_ADMITTED, () -> install(holdfast));
        }

        assertThat(target.uploads()).isZero();
        assertThat(seen.get(0).files()).singleElement().satisfies(file -> {
            assertThat(file.path()).isEqualTo("a.txt");
            assertThat(file.size()).isEqualTo("v1.0.0".length());
            assertThat(file.sha256()).hasSize(64);
        });
        assertThat(seen.get(0).verified()).isPresent();
        assertThat(seen.get(0).evidence().tag()).isPresent();
    }
}
