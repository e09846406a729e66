package dev.holdfast.spring.boot;

import dev.holdfast.Holdfast;
import dev.holdfast.metrics.micrometer.HoldfastMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics in the host's registry. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({HoldfastMetrics.class, MeterRegistry.class})
@ConditionalOnSingleCandidate(MeterRegistry.class)
@ConditionalOnMissingBean(HoldfastMetrics.class)
final class MetricsConfiguration {

    @Bean
    HoldfastMetrics holdfastMetrics(MeterRegistry registry) {
        return HoldfastMetrics.to(registry);
    }

    /** Once both are there: the one listens to the other, and looks at it. */
    @Bean
    SmartInitializingSingleton holdfastGauges(HoldfastMetrics metrics, Holdfast holdfast) {
        return () -> metrics.watch(holdfast);
    }
}
