package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastListener;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedImages;
import dev.holdfast.trust.ImageRule;
import dev.holdfast.trust.ImageTrustPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of images in {@code docs/trust.md}: a real registry, keys and signatures of openssl, and a runtime that
 * counts.
 */
@Needs({Facility.REGISTRY, Facility.OPENSSL})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ImageTrustIT {

    private static final String HEAD = "| image | Holdfast |\n|---|---|\n";

    private final MutableClock clock = MutableClock.create();
    private final AtomicInteger numbers = new AtomicInteger();
    private RegistryServer registry;
    private List<ImageTrustCase> cases;

    @BeforeAll
    void makeThem(@TempDir Path directory) {
        registry = RegistryServer.open();
        cases = ImageTrustCases.in(registry, new CosignImages(registry, directory));
    }

    @AfterAll
    void stopRegistry() {
        registry.close();
    }

    List<ImageTrustCase> cases() {
        return cases;
    }

    Stream<ImageTrustCase> good() {
        return cases.stream().filter(row -> row.proven().isPresent());
    }

    Stream<ImageTrustCase> refused() {
        return cases.stream().filter(row -> row.refused().isPresent());
    }

    /** One image, one container that runs an older one of it, and a watcher that trusts by the rule of a case. */
    private final class Story implements AutoCloseable {

        final InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
        final ScriptedImages runtime = new ScriptedImages();
        final AtomicInteger calls = new AtomicInteger();
        final List<HoldfastEvent> told = new ArrayList<>();
        final VeiledRegistry veil;
        final ImageReference image;
        final ImageDigest digest;
        final ImageWatcher watcher;

        Story(ImageTrustCase row, boolean shown) {
            String repository = "acme/web" + numbers.incrementAndGet();
            digest = row.push(repository);
            veil = VeiledRegistry.before(registry, row.veil());
            image = ImageReference.parse(veil.host() + "/" + repository + ":latest");
            runtime.runs("web", image.toString(), 1);
            runtime.beforeRefresh(container -> calls.incrementAndGet());
            runtime.beforePull(calls::incrementAndGet);
            RegistryDigests digests = RegistryDigests.builder()
                    .plainHttp(veil.host())
                    .clock(clock)
                    .build();
            watcher = ImageWatcher.builder()
                    .digests(shown ? digests : blind(digests))
                    .refresher(runtime)
                    .ledger(store.images())
                    .image(image)
                    .clock(clock)
                    .listener(HoldfastListener.on(HoldfastEvent.class, told::add))
                    .trust(ImageTrustPolicy.of(row.rule(veil.host())), store.audit())
                    .build();
        }

        Item look() {
            return watcher.check().items().get(0);
        }

        List<AuditEntry> audited(String action) {
            return store.audit().list(Page.Request.first(100)).items().stream()
                    .filter(entry -> entry.action().equals(action))
                    .toList();
        }

        Update offered() {
            return store.images()
                    .find(new WatchedImage("engine-1", image))
                    .orElseThrow()
                    .update()
                    .orElseThrow();
        }

        @Override
        public void close() {
            watcher.close();
            veil.close();
        }
    }

    /** Registries asked by somebody who knows of no signatures. */
    private static ImageDigests blind(ImageDigests digests) {
        return new ImageDigests() {
            @Override
            public ImageDigest standing(ImageReference image, Deadline deadline) {
                return digests.standing(image, deadline);
            }

            @Override
            public PlatformImage on(
                    ImagePlatform platform, ImageReference image, ImageDigest digest, Deadline deadline) {
                return digests.on(platform, image, digest, deadline);
            }
        };
    }

    @ParameterizedTest
    @MethodSource("good")
    void whatIsSignedIsPutToWorkAndWhatWasVerifiedIsRecorded(ImageTrustCase row) {
        try (Story story = new Story(row, true)) {
            assertThat(story.look())
                    .as("%s", row)
                    .returns(Outcome.REFRESHED, Item::outcome)
                    .returns("", Item::detail);

            assertThat(story.calls).hasValue(1);
            assertThat(story.audited("trust-verified"))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.outcome())
                            .startsWith("rule ours: ")
                            .contains("SHA256:"));
            assertThat(story.told)
                    .filteredOn(HoldfastEvent.ImageVerified.class::isInstance)
                    .singleElement()
                    .extracting(event ->
                            ((HoldfastEvent.ImageVerified) event).verified().part())
                    .isEqualTo(row.proven().orElseThrow());
            Explanation explained = story.watcher.explain(story.image);
            assertThat(explained.verified()).isPresent();
            assertThat(explained.verified().orElseThrow().revision().value()).isEqualTo(story.digest.value());
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsRefusedIsNeitherPulledNorRunWhoeverWantsIt(ImageTrustCase row) {
        try (Story story = new Story(row, true)) {
            Item item = story.look();

            assertThat(item).as(item.detail()).returns(Outcome.FAILED, Item::outcome);
            assertThat(item.reason()).as(item.detail()).isEqualTo(row.refused());
            assertThat(item.detail()).contains(story.image.name());
            assertThat(story.watcher.explain(story.image))
                    .returns(Explanation.Code.NOT_TRUSTED, Explanation::code)
                    .returns(item.detail(), Explanation::text);
            assertThat(story.watcher
                            .pull(List.of(story.image), "alice")
                            .items()
                            .get(0)
                            .reason())
                    .isEqualTo(row.refused());
            assertThat(story.watcher
                            .refresh(List.of(story.image), "alice")
                            .items()
                            .get(0)
                            .reason())
                    .isEqualTo(row.refused());
            Update update = story.offered();
            assertThat(story.watcher.apply(
                            story.store.updates(), update, new WatchedImage("engine-1", story.image), "alice"))
                    .isInstanceOfSatisfying(
                            ApplyResult.Failed.class,
                            failed -> assertThat(failed.reason())
                                    .isEqualTo(row.refused().orElseThrow()));
            assertThat(story.calls).as("what the runtime was asked to change").hasValue(0);
            assertThat(story.offered().attempts()).isZero();
        }
    }

    @Test
    void withoutSomebodyWhoShowsSignaturesARuleRefuses() {
        try (Story story = new Story(cases.get(0), false)) {
            assertThat(story.look().detail()).contains("shows no signature");
            assertThat(story.calls).hasValue(0);
        }
    }

    @Test
    void aRefusalNamesRuleSubjectAndRemedyIsAuditedOnceAndIsBelievedForTenMinutes() {
        ImageTrustCase unsigned = cases.stream()
                .filter(row -> row.toString().equals("image beside which nothing is kept"))
                .findFirst()
                .orElseThrow();
        try (Story story = new Story(unsigned, true)) {
            String detail = story.look().detail();
            assertThat(detail)
                    .contains("rule 'ours'", story.digest.value(), story.image.toString(), "have it signed", "cosign");

            clock.advance(Duration.ofMinutes(11));
            story.look();

            assertThat(story.audited("trust-refused")).singleElement().returns(detail, AuditEntry::outcome);
        }
    }

    @Test
    void whatWasGoodOnceIsJudgedAgainWithoutItsRegistry() {
        AtomicInteger asked = new AtomicInteger();
        ImageTrustCase counted = cases.get(0).behind(path -> {
            asked.addAndGet(path.endsWith(".sig") ? 1 : 0);
            return path;
        });
        try (Story story = new Story(counted, true)) {
            story.runtime.runs("web-2", story.image.toString(), 1);

            assertThat(story.look().refreshed()).isEqualTo(2);

            assertThat(asked).hasValue(1);
        } finally {
            counted.behind(path -> path);
        }
    }

    @Test
    void theManualHasTheSameTable() throws IOException {
        Path manual = Stream.of("../docs/trust.md", "docs/trust.md")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();

        assertThat(Files.readString(manual))
                .contains(HEAD + cases.stream().map(ImageTrustCase::row).collect(Collectors.joining("\n")));
    }

    @Test
    void anImageWithoutARuleIsFreeUnlessThePolicySaysOtherwise() {
        ImageTrustCase elsewhere = cases.get(0)
                .rule(rule -> new ImageRule(rule.name(), "registry.example.com/*", rule.keys(), Optional.empty()));
        try (Story story = new Story(elsewhere, true)) {
            assertThat(story.look().outcome()).isEqualTo(Outcome.REFRESHED);
            assertThat(story.audited("trust-verified")).isEmpty();
        } finally {
            elsewhere.rule(rule -> rule);
        }
    }
}
