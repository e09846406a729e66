package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.trust.Admission;
import dev.holdfast.spi.trust.Admission.Decision;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.trust.AllowedSigners;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.trust.TrustRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A host whose releases ssh-keygen has signed, in a real repository, and what tests ask of it. */
@SuppressWarnings("NullAway.Init")
abstract class TrustedFixture {

    static final InstallKey KEY = InstallKey.of("ws-1", "greeter");

    @TempDir
    Path directory;

    final MutableClock clock = MutableClock.create();
    final InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
    final CountingTarget target = new CountingTarget();
    SignedGreeter greeter;
    Path alice;
    Path bob;
    JGitResolver resolver;

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

    Holdfast host(TrustPolicy policy) {
        return host(policy, candidate -> new Decision.Admit());
    }

    Holdfast host(TrustPolicy policy, Admission admission) {
        return Holdfast.builder()
                .store(store)
                .resolver(resolver)
                .target(target)
                .clock(clock)
                .trust(policy)
                .admission(admission)
                .build();
    }

    TrustRule byAlice() {
        AllowedSigners signers = AllowedSigners.parse(SignedGreeter.line("alice@example.org", alice));
        return TrustRule.signed("ours", "git+file://*", signers);
    }

    static TrustRule firstSigner() {
        return TrustRule.pinned("first", "git+file://*");
    }

    void install(Holdfast holdfast) {
        install(holdfast, UpdatePolicy.manual());
    }

    void install(Holdfast holdfast, UpdatePolicy policy) {
        holdfast.install(InstallRequest.of(
                        WorkspaceId.of("ws-1"),
                        greeter.source().at(TrackedRef.latestTag()),
                        TargetAddress.parse("dir://" + directory.resolve("plugins")))
                .policy(policy));
    }

    Update swept(Holdfast holdfast) {
        clock.advance(Duration.ofHours(2));
        holdfast.sweeper().sweep();
        return holdfast.updates().pending().findFirst().orElseThrow();
    }

    static ApplyResult apply(Holdfast holdfast, Update update) {
        return holdfast.updates().apply(update.id(), update.to(), "carol");
    }

    static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    static void assertRefused(ApplyResult result, String why) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        refused -> assertThat(refused.why()).contains(why));
    }

    List<String> audited() {
        return store.audit().list(Page.Request.first(100)).items().stream()
                .map(entry -> entry.action())
                .toList();
    }

    Revision installed() {
        return store.installs().find(KEY).orElseThrow().revision();
    }
}
