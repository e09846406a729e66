package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.webhook.Webhook;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SettingsTest {

    private static HoldfastBuilder builder() {
        return Holdfast.builder()
                .store(InMemoryTrackingStore.create())
                .resolver(LocalResolver.over(Path.of("/nowhere")))
                .target(DirectoryTarget.create());
    }

    private static void refuses(HoldfastBuilder builder, String one, String other) {
        assertThatThrownBy(builder::build).isInstanceOfSatisfying(PermanentException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.INVALID_VALUE);
            assertThat(e).hasMessageContaining(one).hasMessageContaining(other);
        });
    }

    @Test
    void aLeaseThatEndsUnderARecoveryIsRefused() {
        Timings timings = Timings.standard().lease(Duration.ofSeconds(10));

        refuses(builder().timings(timings), "lease PT10S", "recover PT1M");
        try (Holdfast holdfast =
                builder().timings(timings.recover(Duration.ofSeconds(10))).build()) {
            assertThat(holdfast).isNotNull();
        }
    }

    @Test
    void aLeaseThatEndsBetweenTwoLooksOfAProbationIsRefused() {
        Probation slow = new Probation(1, Duration.ofMinutes(5), Duration.ofMinutes(6));

        refuses(
                builder().healthProbe((workspace, change, deadline) -> Health.healthy(), slow),
                "lease PT2M",
                "probation.every PT10M");
    }

    @Test
    void aSweepThatEndsBeforeOneUpstreamCanAnswerIsRefused() {
        refuses(builder().timings(Timings.standard().sweep(Duration.ofSeconds(30))), "sweep PT30S", "resolve PT1M");
    }

    @Test
    void aSweepLoopThatHasNobodyToAskIsRefusedWhereItWasChosen() {
        HoldfastBuilder without =
                Holdfast.builder().store(InMemoryTrackingStore.create()).target(DirectoryTarget.create());

        refuses(without.loops(Set.of(BackgroundLoop.SWEEP)), "loops", "SWEEP without a resolver");
    }

    @Test
    void withoutAResolverAllLoopsRunButThatOfSweeps() {
        try (Holdfast holdfast = Holdfast.builder()
                .store(InMemoryTrackingStore.create())
                .target(DirectoryTarget.create())
                .build()) {
            holdfast.start();

            assertThat(names(holdfast)).containsExactlyInAnyOrder("recover", "policy", "collect", "inspect", "seal");
        }
    }

    @Test
    void eachWebhookHasALoopOfItsOwnAndANameOfItsOwn() {
        URI nowhere = URI.create("https://shop.invalid/");
        String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        HoldfastBuilder builder = builder()
                .loops(EnumSet.of(BackgroundLoop.WEBHOOK))
                .webhook(Webhook.to("billing", nowhere, secret))
                .webhook(Webhook.to("chat", nowhere, secret));
        try (Holdfast holdfast = builder.build()) {
            holdfast.start();

            assertThat(names(holdfast)).containsExactlyInAnyOrder("webhook billing", "webhook chat");
        }

        refuses(builder.webhook(Webhook.to("chat", nowhere, secret)), "chat", "a name of its own");
    }

    @Test
    void onlyTheChosenLoopsRun() {
        try (Holdfast holdfast = builder()
                .loops(EnumSet.of(BackgroundLoop.SWEEP, BackgroundLoop.RECOVER))
                .build()) {
            holdfast.start();

            assertThat(names(holdfast)).containsExactlyInAnyOrder("recover", "sweep");
        }
    }

    private static List<String> names(Holdfast holdfast) {
        return holdfast.health().loops().stream()
                .map(dev.holdfast.Health.Loop::name)
                .toList();
    }

    @Test
    void twoThatOneBuilderMakesAreTwoNodes() {
        Settings settings = new Settings();
        settings.store = InMemoryTrackingStore.create();
        settings.targets.add(DirectoryTarget.create());

        assertThat(engine(settings).node()).isNotEqualTo(engine(settings).node());
    }

    @Test
    void whatIsBuiltKeepsItsSettingsWhenItsBuilderGoesOn() {
        Settings settings = new Settings();
        settings.store = InMemoryTrackingStore.create();
        settings.targets.add(DirectoryTarget.create());
        settings.listeners.add(event -> {});
        Engine built = engine(settings);

        settings.targets.add(DirectoryTarget.create());
        settings.listeners.add(event -> {});
        settings.keepReleases = 9;
        settings.loops = java.util.Optional.of(Set.of());
        engine(settings);

        assertThat(built.targets().targets()).hasSize(1);
        assertThat(built.events().listeners()).hasSize(1);
        assertThat(built.rules().keepReleases()).isEqualTo(3);
        assertThat(built.rules().loops())
                .doesNotContain(BackgroundLoop.WEBHOOK)
                .hasSize(BackgroundLoop.values().length - 2);
    }

    private static Engine engine(Settings settings) {
        String node = settings.node();
        return settings.engine(node, settings.attached(node));
    }
}
