package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Health;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastEvent.SourceStale;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.trust.StaleSource;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.trust.TrustRule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that must sign something new every thirty days, on real repositories with real signatures. */
@SuppressWarnings("NullAway.Init")
final class FreshnessTest {

    private static final InstallKey KEY = InstallKey.of("ws-1", "greeter");

    @TempDir
    private Path directory;

    /** The day after all that the test's git makes. */
    private final MutableClock clock = MutableClock.at(Instant.parse("2026-01-02T00:00:00Z"));

    private final InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
    private final List<HoldfastEvent> told = new CopyOnWriteArrayList<>();
    private SignedGreeter greeter;
    private Path alice;
    private JGitResolver resolver;
    private Holdfast holdfast;
    private Revision first;

    @BeforeEach
    void install() {
        greeter = new SignedGreeter(directory);
        alice = greeter.key("alice");
        first = greeter.signed("v1.0.0", alice);
        resolver = JGitResolver.builder(directory.resolve("cache"))
                .allowFiles(directory)
                .build();
        holdfast = Holdfast.builder()
                .store(store)
                .resolver(resolver)
                .target(DirectoryTarget.create().durable(false))
                .clock(clock)
                .trust(TrustPolicy.of(TrustRule.pinned("often", "git+file://*").freshWithin(Duration.ofDays(30))))
                .listener(told::add)
                .build();
        holdfast.install(InstallRequest.of(
                WorkspaceId.of("ws-1"),
                greeter.source().at(TrackedRef.latestTag()),
                TargetAddress.parse("dir://" + directory.resolve("plugins"))));
    }

    @AfterEach
    void close() {
        holdfast.close();
        resolver.close();
    }

    private List<String> problems() {
        return holdfast.health().problems();
    }

    @Test
    void aSourceThatHasJustSignedIsFresh() {
        assertThat(holdfast.lookAtFreshness()).isEmpty();
        assertThat(problems()).noneMatch(problem -> problem.contains("signed nothing new"));
    }

    @Test
    void aSourceThatSignsNothingForTooLongDegradesHealthAndIsToldOnce() {
        clock.advance(Duration.ofDays(31));
        holdfast.sweeper().sweep();

        assertThat(holdfast.lookAtFreshness())
                .singleElement()
                .extracting(StaleSource::text)
                .asString()
                .contains("trust rule 'often'", "within PT720H");
        holdfast.lookAtFreshness();

        assertThat(holdfast.health().verdict()).isEqualTo(Health.Verdict.DEGRADED);
        assertThat(problems()).anyMatch(problem -> problem.startsWith("1 sources have signed nothing new in time"));
        assertThat(holdfast.explain(KEY).text()).contains("for a new signature within");
        assertThat(told).filteredOn(SourceStale.class::isInstance).hasSize(1);
        assertThat(holdfast.verify(KEY)).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void aTagThatIsSignedAnewIsEnough() {
        clock.advance(Duration.ofDays(31));
        assertThat(holdfast.lookAtFreshness()).hasSize(1);

        greeter.signedAgain("v1.0.0", first, alice, clock.instant());

        assertThat(holdfast.lookAtFreshness()).isEmpty();
        assertThat(problems()).noneMatch(problem -> problem.contains("signed nothing new"));
    }

    @Test
    void aTagThatSomebodyElseSignsAnewIsNotEnough() {
        clock.advance(Duration.ofDays(31));

        greeter.signedAgain("v1.0.0", first, greeter.key("bob"), clock.instant());

        assertThat(holdfast.lookAtFreshness()).hasSize(1);
    }

    @Test
    void aReleaseThatNobodyHasApprovedYetIsEnough() {
        clock.advance(Duration.ofDays(31));
        greeter.signedAt("v1.1.0", alice, clock.instant());
        holdfast.sweeper().sweep();

        assertThat(holdfast.lookAtFreshness()).isEmpty();
    }

    @Test
    void aNewReleaseWithoutASignatureIsNotEnough() {
        clock.advance(Duration.ofDays(31));
        greeter.unsigned("v1.1.0");
        holdfast.sweeper().sweep();

        assertThat(holdfast.lookAtFreshness()).hasSize(1);
    }

    @Test
    void aTimeThatIsTooShortToBeLookedAtIsRefused() {
        TrustRule rule = TrustRule.pinned("often", "*");

        assertThatThrownBy(() -> rule.freshWithin(Duration.ofMinutes(1)))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("an hour or more");
    }
}
