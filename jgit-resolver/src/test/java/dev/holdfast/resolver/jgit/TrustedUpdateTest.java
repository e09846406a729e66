package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation.Code;
import dev.holdfast.Holdfast;
import dev.holdfast.UpdateChanges;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.trust.Admission.Decision;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.trust.TrustPolicy;
import org.junit.jupiter.api.Test;

/**
 * What a trust policy lets through to a target when an update is applied, by a person or a policy, from a real
 * repository with signed releases.
 */
final class TrustedUpdateTest extends TrustedFixture {

    @Test
    void beforeApprovingAnOperatorSeesThatTheHostWouldNotAdmitIt() {
        greeter.signed("v1.0.0", alice);
        try (Holdfast open = host(TrustPolicy.of(byAlice()))) {
            install(open);
        }
        greeter.signed("v1.1.0", alice);

        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()), candidate -> new Decision.Refuse("found a key"))) {
            Update update = swept(holdfast);
            UpdateChanges changes = holdfast.updates().changes(update.id()).orElseThrow();

            assertThat(changes.trust().text()).startsWith("rule ours: signed tag by alice@example.org");
            assertThat(changes.isTrusted()).isFalse();
            assertThat(changes.admission()).hasValueSatisfying(said -> {
                assertThat(said.refused()).contains(Reason.NOT_ADMITTED);
                assertThat(said.text()).contains("found a key");
            });
            assertThat(holdfast.updates().find(update.id()).orElseThrow().status())
                    .isEqualTo(UpdateStatus.PENDING);
        }
        assertThat(target.uploads()).isOne();
        assertThat(audited()).doesNotContain("trust-refused");
    }

    @Test
    void anUpdateThatIsNotSignedStaysPendingAndSaysWhy() {
        Revision first = greeter.signed("v1.0.0", alice);
        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()))) {
            install(holdfast);
            greeter.unsigned("v1.1.0");
            Update update = swept(holdfast);

            assertThat(holdfast.updates()
                            .changes(update.id())
                            .orElseThrow()
                            .trust()
                            .refused())
                    .contains(Reason.UNSIGNED);
            assertRefused(apply(holdfast, update), "trust rule 'ours'");

            assertThat(holdfast.updates().find(update.id()).orElseThrow().status())
                    .isEqualTo(UpdateStatus.PENDING);
            assertThat(holdfast.explain(KEY).code()).isEqualTo(Code.NOT_TRUSTED);
        }
        assertThat(installed()).isEqualTo(first);
        assertThat(target.uploads()).isOne();
    }

    @Test
    void aPolicyTakesASignedUpdateAndLeavesAnUnsignedOne() {
        greeter.signed("v1.0.0", alice);
        try (Holdfast holdfast = host(TrustPolicy.of(byAlice()))) {
            install(holdfast, UpdatePolicy.parse("auto:any"));
            Revision second = greeter.signed("v1.1.0", alice);
            swept(holdfast);
            assertThat(holdfast.updates().applyDue().applied()).isOne();
            greeter.unsigned("v1.2.0");
            swept(holdfast);

            assertThat(holdfast.updates().applyDue().applied()).isZero();
            assertThat(holdfast.updates().applyDue().waiting()).containsKey(Code.NOT_TRUSTED);

            assertThat(installed()).isEqualTo(second);
        }
        assertThat(target.uploads()).isEqualTo(2);
        assertThat(audited()).containsOnlyOnce("trust-refused");
    }

    @Test
    void aChangedSignerWaitsForAPersonWhoAcceptsIt() {
        greeter.signed("v1.0.0", alice);
        try (Holdfast holdfast = host(TrustPolicy.of(firstSigner()))) {
            install(holdfast, UpdatePolicy.parse("auto:any"));
            Revision second = greeter.signed("v1.1.0", bob);
            Update update = swept(holdfast);
            assertThat(holdfast.updates().applyDue().applied()).isZero();
            assertRefused(apply(holdfast, update), "ask those who publish it");
            assertThat(target.uploads()).isOne();
            String signer = holdfast.updates()
                    .changes(update.id())
                    .orElseThrow()
                    .trust()
                    .text()
                    .replaceFirst("(?s).*is signed with (SHA256:[^,]+),.*", "$1");

            holdfast.trust().acceptSigner(resolver.upstream(greeter.source()), signer, "carol", "new maintainer");

            assertThat(holdfast.updates().applyDue().applied()).isOne();
            assertThat(installed()).isEqualTo(second);
        }
        assertThat(audited()).contains("pin", "pin-accepted");
    }

    @Test
    void anotherRepositoryUnderTheSameNameIsAnAlarm() {
        greeter.signed("v1.0.0", alice);
        try (Holdfast holdfast = host(TrustPolicy.of(firstSigner().pinningOrigin()))) {
            install(holdfast, UpdatePolicy.parse("auto:any"));
            greeter.replace();
            greeter.signed("v1.1.0", alice);
            Update update = swept(holdfast);

            assertThat(holdfast.updates().applyDue().applied()).isZero();

            assertThat(holdfast.updates()
                            .changes(update.id())
                            .orElseThrow()
                            .trust()
                            .refused())
                    .contains(Reason.ORIGIN_CHANGED);
            assertThat(holdfast.trust().pins(resolver.upstream(greeter.source())))
                    .extracting(Pin::kind)
                    .containsExactlyInAnyOrder(Pin.Kind.SIGNER, Pin.Kind.ORIGIN);
        }
        assertThat(target.uploads()).isOne();
    }

    @Test
    void noPolicyGoesDownWhenTheNewestTagIsDeleted() {
        Revision first = greeter.unsigned("v1.0.0");
        Revision second = greeter.unsigned("v1.1.0");
        try (Holdfast holdfast = host(TrustPolicy.of())) {
            install(holdfast, UpdatePolicy.parse("auto:any"));
            greeter.removeTag("v1.1.0");
            Update update = swept(holdfast);

            assertThat(holdfast.updates().applyDue().applied()).isZero();
            assertThat(holdfast.explain(KEY).code()).isEqualTo(Code.GOES_BACK);
            assertThat(installed()).isEqualTo(second);

            assertThat(apply(holdfast, update)).isInstanceOf(ApplyResult.Applied.class);
            assertThat(installed()).isEqualTo(first);
        }
    }

    @Test
    void noPolicyTakesAHigherVersionThatStandsOnAnOlderCommit() {
        Revision first = greeter.unsigned("v1.0.0");
        Revision second = greeter.unsigned("v1.1.0");
        try (Holdfast holdfast = host(TrustPolicy.of())) {
            install(holdfast, UpdatePolicy.parse("auto:any"));
            greeter.tag("v2.0.0", first);
            Update update = swept(holdfast);

            assertThat(update.to()).isEqualTo(first);
            assertThat(holdfast.updates().applyDue().applied()).isZero();
            assertThat(holdfast.explain(KEY).code()).isEqualTo(Code.REF_REWRITTEN);
            assertThat(installed()).isEqualTo(second);

            assertThat(apply(holdfast, update)).isInstanceOf(ApplyResult.Applied.class);
        }
    }

    @Test
    void aPolicyTakesAHigherVersionOfAnotherLine() {
        Revision first = greeter.unsigned("v1.0.0");
        greeter.unsigned("v1.1.0");
        try (Holdfast holdfast = host(TrustPolicy.of())) {
            install(holdfast, UpdatePolicy.parse("auto:any"));
            greeter.beside("v2.0.0", first);
            Update update = swept(holdfast);

            assertThat(holdfast.updates().applyDue().applied()).isOne();
            assertThat(installed()).isEqualTo(update.to());
        }
    }

    @Test
    void anUpdateThatTheHostLetsWaitStaysPending() {
        greeter.unsigned("v1.0.0");
        try (Holdfast open = host(TrustPolicy.of())) {
            install(open);
        }
        greeter.unsigned("v1.1.0");

        try (Holdfast holdfast = host(
                TrustPolicy.of(), candidate -> new Decision.Wait(clock.instant().plusSeconds(7200), "freeze"))) {
            Update update = swept(holdfast);
            apply(holdfast, update);

            Update now = holdfast.updates().find(update.id()).orElseThrow();
            assertThat(now.status()).isEqualTo(UpdateStatus.PENDING);
            assertThat(now.retryAt()).contains(clock.instant().plusSeconds(7200));
        }
        assertThat(target.uploads()).isOne();
    }
}
