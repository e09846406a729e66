package dev.holdfast.spring.boot;

import dev.holdfast.Holdfast;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health as Boot 3.5 has it. The class is not loaded where it is not: its conditions are read from its bytes. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
final class ActuatorHealthConfiguration {

    @Bean
    @ConditionalOnEnabledHealthIndicator("holdfast")
    @ConditionalOnMissingBean(name = "holdfastHealthIndicator")
    HealthIndicator holdfastHealthIndicator(Holdfast holdfast) {
        return () -> {
            dev.holdfast.Health health = holdfast.health();
            return (HealthDetails.up(health) ? Health.up() : Health.down())
                    .withDetails(HealthDetails.of(health))
                    .build();
        };
    }
}
