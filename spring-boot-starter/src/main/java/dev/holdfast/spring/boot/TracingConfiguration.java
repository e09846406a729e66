package dev.holdfast.spring.boot;

import dev.holdfast.Tracing;
import dev.holdfast.metrics.micrometer.HoldfastObservations;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Traces by the host's observations. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({HoldfastObservations.class, ObservationRegistry.class})
@ConditionalOnSingleCandidate(ObservationRegistry.class)
final class TracingConfiguration {

    @Bean
    @ConditionalOnMissingBean(Tracing.class)
    HoldfastObservations holdfastObservations(ObservationRegistry registry) {
        return HoldfastObservations.to(registry);
    }
}
