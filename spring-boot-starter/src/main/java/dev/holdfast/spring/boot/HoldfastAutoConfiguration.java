package dev.holdfast.spring.boot;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.local.LocalResolver;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * One Holdfast of the host's beans and properties. A class that the host's line of Boot lacks is named, never referred
 * to.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnProperty(name = "holdfast.enabled", matchIfMissing = true)
@EnableConfigurationProperties(HoldfastProperties.class)
@Import({
    StoreConfiguration.class,
    GitConfiguration.class,
    DockerConfiguration.class,
    SshConfiguration.class,
    MetricsConfiguration.class,
    TracingConfiguration.class,
    AdminConfiguration.class,
    Parts.class,
    ActuatorHealthConfiguration.class,
    BootHealthConfiguration.class
})
final class HoldfastAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty(name = "holdfast.directory.enabled", matchIfMissing = true)
    DirectoryTarget holdfastDirectories(HoldfastProperties properties) {
        return DirectoryTarget.create().durable(properties.directory().durable());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty("holdfast.local.root")
    LocalResolver holdfastLocal(HoldfastProperties properties) {
        return LocalResolver.over(Objects.requireNonNull(properties.local().root()));
    }

    @Bean
    @ConditionalOnMissingBean
    Holdfast holdfast(
            Parts parts, HoldfastProperties properties, ObjectProvider<HoldfastBuilderCustomizer> customizers) {
        HoldfastBuilder builder = Holdfast.builder()
                .sweepEvery(properties.sweepEvery())
                .keepReleases(properties.keepReleases())
                .retention(properties.retention());
        if (properties.node() != null) {
            builder.node(properties.node());
        }
        if (properties.loops() != null) {
            builder.loops(properties.loops());
        }
        properties.webhooks().forEach(receiver -> builder.webhook(receiver.webhook()));
        parts.addTo(builder);
        customizers.orderedStream().forEach(one -> one.customize(builder));
        return builder.build();
    }

    @Bean
    HoldfastLifecycle holdfastLifecycle(Holdfast holdfast, HoldfastProperties properties) {
        return new HoldfastLifecycle(holdfast, properties.autoStart());
    }
}
