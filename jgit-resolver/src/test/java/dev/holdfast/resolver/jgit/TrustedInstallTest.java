package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation.Code;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.UpdateChanges;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.trust.Admission;
import dev.holdfast.spi.trust.Admission.Decision;
import dev.holdfast.spi.trust.Candidate;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.spi.trust.SignedPart;
import dev.holdfast.spi.trust.Verified;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.FileTree;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.trust.AllowedSigners;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.trust.TrustRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trust policy lets through to a target, from a real repository with releases signed by ssh-keygen. */
@SuppressWarnings("NullAway.Init")
final class TrustedInstallTest {

    private static final InstallKey KEY = InstallKey.of("ws-1", "greeter");

    @TempDir
    private Path directory;

    private final MutableClock clock = MutableClock.create();
    private final InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
    private final CountingTarget target = new CountingTarget();
    private SignedGreeter greeter;
    private Path alice;
    private Path bob;
    private JGitResolver resolver;

    @BeforeEach
    void publish() {
        greeter = new SignedGreeter(directory);
        alice = greeter.key("alice");
        bob = greeter.key("bob");
        resolver = JGitResolver.builder(directory.resolve("cache"))
                .allowFiles(directory)
                .build();
    }

    @AfterEach
    void closeTheResolver() {
        resolver.close();
    }

    private Holdfast host(TrustPolicy policy) {
        return host(policy, candidate -> new Decision.Admit());
    }

    private Holdfast host(TrustPolicy policy, Admission admission) {
        return Holdfast.builder()
                .store(store)
                .resolver(resolver)
                .target(target)
                .clock(clock)
                .trust(policy)
                .admission(admission)
                .build();
    }

    private TrustRule byAlice() {
        AllowedSigners signers = AllowedSigners.parse(SignedGreeter.line("alice@example.org", alice));
        return TrustRule.signed("ours", "git+file://*", signers);
    }

    private static TrustRule firstSigner() {
        return TrustRule.pinned("first", "git+file://*");
    }

    private void install(Holdfast holdfast) {
        install(holdfast, UpdatePolicy.manual());
    }

    private void install(Holdfast holdfast, UpdatePolicy policy) {
        holdfast.install(InstallRequest.of(
                        WorkspaceId.of("ws-1"),
                        greeter.source().at(TrackedRef.latestTag()),
                        TargetAddress.parse("dir://" + directory.resolve("plugins")))
                .policy(policy));
    }

    private Update swept(Holdfast holdfast) {
        clock.advance(Duration.ofHours(2));
        holdfast.sweeper().sweep();
        return holdfast.updates().pending().findFirst().orElseThrow();
    }

    private static ApplyResult apply(Holdfast holdfast, Update update) {
        return holdfast.updates().apply(update.id(), update.to(), "carol");
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private static void assertRefused(ApplyResult result, String why) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        refused -> assertThat(refused.why()).contains(why));
    }

    private List<String> audited() {
        return store.audit().list(Page.Request.first(100)).items().stream()
                .map(entry -> entry.action())
                .toList();
    }

    private Revision installed() {
        return store.installs().find(KEY).orElseThrow().revision();
    }

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
