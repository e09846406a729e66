package dev.holdfast.spring.boot;

import dev.holdfast.delivery.ssh.SshTarget;
import dev.holdfast.delivery.ssh.SshTargetBuilder;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** SSH hosts as targets. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(SshTarget.class)
@ConditionalOnProperty("holdfast.ssh.known-hosts")
@ConditionalOnMissingBean(SshTarget.class)
final class SshConfiguration {

    @Bean
    SshTarget holdfastSsh(HoldfastProperties properties) {
        HoldfastProperties.Ssh ssh = properties.ssh();
        SshTargetBuilder builder = SshTarget.builder()
                .knownHosts(Objects.requireNonNull(ssh.knownHosts()))
                .channels(ssh.channels());
        ssh.keys().forEach(key -> builder.key(key.file(), key.passphrase()));
        if (ssh.user() != null) {
            builder.user(ssh.user());
        }
        if (ssh.agent() != null) {
            builder.agent(ssh.agent());
        }
        return builder.build();
    }
}
