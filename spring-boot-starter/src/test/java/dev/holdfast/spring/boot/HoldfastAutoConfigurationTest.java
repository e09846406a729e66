package dev.holdfast.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Health;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastListener;
import dev.holdfast.InstallRequest;
import dev.holdfast.Tracing;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.delivery.ssh.SshTarget;
import dev.holdfast.metrics.micrometer.HoldfastMetrics;
import dev.holdfast.metrics.micrometer.HoldfastObservations;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.trust.Admission;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.webhook.Webhook;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a host gets for which beans, properties and jars. */
final class HoldfastAutoConfigurationTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    private Path place;

    /** Health of Boot 4 is on the class path beside that of 3.5 here; hosts have one of them. */
    private final ApplicationContextRunner boot = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(HoldfastAutoConfiguration.class))
            .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"));

    private final ApplicationContextRunner host = boot.withUserConfiguration(Memory.class);

    @Configuration(proxyBeanMethods = false)
    static final class Memory {

        @Bean
        InMemoryTrackingStore store() {
            return InMemoryTrackingStore.create();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static final class Own {

        @Bean
        ScriptedResolver shop() {
            return ScriptedResolver.forScheme("shop");
        }

        @Bean
        SourceResolver market() {
            return ScriptedResolver.forScheme("market");
        }

        @Bean
        HoldfastBuilderCustomizer node() {
            return builder -> builder.node("customized");
        }
    }

    @Test
    void aHostWithAStoreGetsAHoldfastThatRunsUntilTheContextIsClosed() {
        List<Holdfast> seen = new ArrayList<>();

        host.run(context -> {
            Holdfast holdfast = context.getBean(Holdfast.class);
            seen.add(holdfast);
            assertThat(context).hasSingleBean(DirectoryTarget.class).hasSingleBean(HoldfastProperties.class);
            assertThat(holdfast.health().loops()).isNotEmpty().allMatch(Health.Loop::alive);
        });

        assertThat(seen).first().satisfies(holdfast -> {
            assertThat(holdfast.health().verdict()).isEqualTo(Health.Verdict.FAILING);
            assertThat(holdfast.health().problems()).first().asString().contains("closed");
        });
    }

    @Test
    void itEndsAfterTheWebServerHasAnsweredItsLastRequest() {
        host.run(context -> {
            HoldfastLifecycle lifecycle = context.getBean(HoldfastLifecycle.class);
            // Boot's web server stops taking requests at MAX - 1024 and ends at MAX - 2048.
            assertThat(lifecycle.getPhase()).isLessThan(Integer.MAX_VALUE - 2048);
            assertThat(lifecycle.isRunning()).isTrue();
        });
    }

    @Test
    void nothingStartsWhereTheHostSaysSo() {
        host.withPropertyValues("holdfast.auto-start=false")
                .run(context -> assertThat(
                                context.getBean(Holdfast.class).health().loops())
                        .isEmpty());
    }

    @Test
    void webhooksOfThePropertiesAndOfTheHostAreToldAndShowNoSecret() {
        host.withBean("own", Webhook.class, () -> Webhook.to("own", URI.create("https://own.invalid/"), SECRET))
                .withPropertyValues(
                        "holdfast.auto-start=false",
                        "holdfast.webhooks[0].name=billing",
                        "holdfast.webhooks[0].url=https://shop.invalid/s3cr3t",
                        "holdfast.webhooks[0].secret=" + SECRET,
                        "holdfast.webhooks[0].previous-secret=" + SECRET,
                        "holdfast.webhooks[0].events=upgrade.*,rollout-halted",
                        "holdfast.webhooks[0].timeout=5s")
                .run(context -> {
                    assertThat(context.getBean(Holdfast.class).webhooks().names())
                            .containsExactlyInAnyOrder("billing", "own");
                    assertThat(context.getBean(HoldfastProperties.class).toString())
                            .contains("Receiver[billing]")
                            .doesNotContain("s3cr3t", SECRET);
                });
    }

    @Test
    void aWebhookWithAWrongSecretStopsTheStartAndIsNotShown() {
        host.withPropertyValues(
                        "holdfast.webhooks[0].name=billing",
                        "holdfast.webhooks[0].url=https://shop.invalid/",
                        "holdfast.webhooks[0].secret=wrong-s3cr3t")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasRootCauseMessage(
                                "webhook secret '(not shown)' is refused: give whsec_ and the base64 of 24 to"
                                        + " 64 random bytes"));
    }

    @Test
    void aWebhookThatLacksSomethingStopsTheStartAndSaysWhat() {
        Map<String, String> whole = Map.of("name", "billing", "url", "https://shop.invalid/s3cr3t", "secret", SECRET);
        whole.keySet()
                .forEach(missing -> host.withPropertyValues(whole.entrySet().stream()
                                .filter(property -> !property.getKey().equals(missing))
                                .map(property ->
                                        "holdfast.webhooks[0]." + property.getKey() + "=" + property.getValue())
                                .toArray(String[]::new))
                        .run(context -> assertThat(context.getStartupFailure())
                                .hasStackTraceContaining("'holdfast.webhooks[0]'")
                                .hasStackTraceContaining("a receiver has no " + missing)));
    }

    @Test
    void everyResolverListenerAndCustomizerOfTheHostIsTaken() {
        List<Object> events = new ArrayList<>();

        host.withUserConfiguration(Own.class)
                .withBean("ear", HoldfastListener.class, () -> events::add)
                .withPropertyValues("holdfast.node=by-property", "holdfast.auto-start=false")
                .run(context -> {
                    Holdfast holdfast = context.getBean(Holdfast.class);

                    assertThat(holdfast.health().schemes()).containsExactlyInAnyOrder("shop", "market");
                    holdfast.sweeper().sweep();
                    assertThat(events).isNotEmpty();
                });
    }

    @Test
    void theHostsTrustPolicyHolds() {
        host.withUserConfiguration(Own.class)
                .withBean(TrustPolicy.class, () -> TrustPolicy.of().refusingOthers())
                .withPropertyValues("holdfast.auto-start=false")
                .run(context -> assertThatThrownBy(() -> install(context))
                        .hasMessageContaining("no rule of the trust policy concerns shop://acme/greeter"));
    }

    @Test
    void theHostsAdmissionHasTheLastWord() {
        host.withUserConfiguration(Own.class)
                .withBean(Admission.class, () -> candidate -> new Admission.Decision.Refuse("the scanner is not done"))
                .withPropertyValues("holdfast.auto-start=false")
                .run(context ->
                        assertThatThrownBy(() -> install(context)).hasMessageContaining("the scanner is not done"));
    }

    private void install(ApplicationContext context) {
        ScriptedResolver shop = context.getBean("shop", ScriptedResolver.class);
        shop.tag("acme/greeter", "v1.0.0", shop.commit("acme/greeter", Map.of("SKILL.md", "v1.0.0")));
        context.getBean(Holdfast.class)
                .install(InstallRequest.of(
                        WorkspaceId.of("ws-1"),
                        Source.parse("shop://acme/greeter#tag:v1.0.0"),
                        TargetAddress.parse("dir://" + place)));
    }

    @Test
    void adaptersComeWithTheirProperties() {
        host.run(context -> assertThat(context)
                .doesNotHaveBean(JGitResolver.class)
                .doesNotHaveBean(SshTarget.class)
                .doesNotHaveBean(DockerTarget.class)
                .doesNotHaveBean(LocalResolver.class));

        host.withPropertyValues(
                        "holdfast.git.cache=/nowhere/git",
                        "holdfast.git.allow-http=git.internal",
                        "holdfast.git.allow-git-protocol=git.internal",
                        "holdfast.git.credentials[0].host=github.com",
                        "holdfast.git.credentials[0].password=token",
                        "holdfast.ssh.known-hosts=/nowhere/known_hosts",
                        "holdfast.ssh.keys[0].file=/nowhere/id_ed25519",
                        "holdfast.local.root=/nowhere",
                        "holdfast.directory.enabled=false",
                        "holdfast.auto-start=false")
                .run(context -> {
                    assertThat(context)
                            .hasSingleBean(JGitResolver.class)
                            .hasSingleBean(SshTarget.class)
                            .hasSingleBean(LocalResolver.class)
                            .doesNotHaveBean(DirectoryTarget.class);
                    assertThat(context.getBean(Holdfast.class).health().schemes())
                            .contains("github", "local");
                    assertThat(context.getBean(HoldfastProperties.class).toString())
                            .doesNotContain("token");
                });
    }

    /** A pool that nobody asks for a connection here. */
    private static DataSource pool() {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("hashCode")) {
                        return System.identityHashCode(proxy);
                    }
                    if (method.getName().equals("equals")) {
                        return proxy == arguments[0];
                    }
                    throw new SQLException("no test connects: " + method.getName());
                });
    }

    @Test
    void theStoreIsMadeFromTheHostsPool() {
        boot.withBean(DataSource.class, HoldfastAutoConfigurationTest::pool)
                .withPropertyValues("holdfast.store.migration=off", "holdfast.auto-start=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(JdbcTrackingStore.class)
                        .hasSingleBean(Holdfast.class));
    }

    @Test
    void aStoreOfTheHostsOwnIsTakenBeforeItsPool() {
        host.withBean(DataSource.class, HoldfastAutoConfigurationTest::pool)
                .run(context ->
                        assertThat(context).getBean(TrackingStore.class).isInstanceOf(InMemoryTrackingStore.class));
    }

    @Test
    void aHostWithoutAStoreIsToldWhatToAdd() {
        boot.run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("holdfast-jdbc-store")
                .hasMessageContaining("holdfast.enabled=false"));
        boot.withPropertyValues("holdfast.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HoldfastProperties.class));
    }

    @Test
    void operationsAreObservedWhereThereIsARegistryOfObservations() {
        host.run(context -> assertThat(context).doesNotHaveBean(Tracing.class));
        List<String> begun = new ArrayList<>();
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(context -> begun.add(context.getName()));
        host.withUserConfiguration(Own.class)
                .withBean(ObservationRegistry.class, () -> observations)
                .run(context -> {
                    assertThat(context).hasSingleBean(HoldfastObservations.class);
                    InstallRequest request = InstallRequest.of(
                            WorkspaceId.of("ws-1"),
                            Source.parse("shop://greeter#tag:v1.0.0"),
                            TargetAddress.parse("dir://" + place));
                    assertThatThrownBy(() -> context.getBean(Holdfast.class).install(request))
                            .isInstanceOf(PermanentException.class);
                    assertThat(begun).containsExactly("holdfast.operation", "holdfast.stage");
                });
        host.withBean(ObservationRegistry.class, () -> observations)
                .withBean(Tracing.class, () -> HoldfastObservations.to(observations))
                .run(context -> assertThat(context).hasSingleBean(Tracing.class));
    }

    @Test
    void metricsAreTakenAndWatchedWhereThereIsARegistry() {
        host.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            assertThat(context).hasSingleBean(HoldfastMetrics.class);
            assertThat(context.getBean(MeterRegistry.class)
                            .find("holdfast.health")
                            .gauges())
                    .isNotEmpty();
        });
    }

    @Test
    void aHostWithSeveralRegistriesOrTracingsNoneOfThemPrimaryStartsWithoutThem() {
        host.withBean("first", ObservationRegistry.class, ObservationRegistry::create)
                .withBean("second", ObservationRegistry.class, ObservationRegistry::create)
                .run(context ->
                        assertThat(context).hasSingleBean(Holdfast.class).doesNotHaveBean(Tracing.class));
        host.withBean("first", MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean("second", MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context ->
                        assertThat(context).hasSingleBean(Holdfast.class).doesNotHaveBean(HoldfastMetrics.class));
        host.withBean("first", Tracing.class, () -> HoldfastObservations.to(ObservationRegistry.NOOP))
                .withBean("second", Tracing.class, () -> HoldfastObservations.to(ObservationRegistry.NOOP))
                .run(context -> assertThat(context).hasSingleBean(Holdfast.class));
    }

    @Test
    void thePrimaryOfSeveralRegistriesIsTaken() {
        host.withBean("first", ObservationRegistry.class, ObservationRegistry::create)
                .withBean(
                        "second", ObservationRegistry.class, ObservationRegistry::create, bean -> bean.setPrimary(true))
                .withBean("third", MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean("fourth", MeterRegistry.class, SimpleMeterRegistry::new, bean -> bean.setPrimary(true))
                .run(context -> {
                    assertThat(context)
                            .hasSingleBean(HoldfastObservations.class)
                            .hasSingleBean(HoldfastMetrics.class);
                    assertThat(context.getBean("fourth", MeterRegistry.class)
                                    .find("holdfast.health")
                                    .gauges())
                            .isNotEmpty();
                });
    }

    @Test
    void healthIsUpWhileOnlySomethingFails() {
        host.run(context -> {
            HealthIndicator indicator = context.getBean("holdfastHealthIndicator", HealthIndicator.class);
            assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
            assertThat(indicator.health().getDetails()).containsEntry("verdict", "READY");

            context.getBean(Holdfast.class).close();

            assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
        });
        host.withPropertyValues("management.health.holdfast.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    }

    @Test
    void whatIsNotOnTheClassPathIsLeftOut() {
        host.withClassLoader(new FilteredClassLoader(
                        "dev.holdfast.store.jdbc",
                        "dev.holdfast.resolver.jgit",
                        "dev.holdfast.delivery.docker",
                        "dev.holdfast.delivery.ssh",
                        "dev.holdfast.metrics",
                        "com.github.dockerjava",
                        "io.micrometer.core",
                        "org.springframework.boot.actuate",
                        "org.springframework.boot.health"))
                .withPropertyValues("holdfast.git.cache=/nowhere", "holdfast.docker.enabled=true")
                .run(context -> assertThat(context).hasSingleBean(Holdfast.class));
    }
}
