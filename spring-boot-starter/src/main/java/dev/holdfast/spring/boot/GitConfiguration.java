package dev.holdfast.spring.boot;

import dev.holdfast.resolver.jgit.Credentials;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.resolver.jgit.JGitResolverBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Git sources. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(JGitResolver.class)
@ConditionalOnProperty("holdfast.git.cache")
@ConditionalOnMissingBean(JGitResolver.class)
final class GitConfiguration {

    @Bean
    JGitResolver holdfastGit(HoldfastProperties properties) {
        HoldfastProperties.Git git = properties.git();
        JGitResolverBuilder builder = JGitResolver.builder(Objects.requireNonNull(git.cache()))
                .credentials(host -> credentials(git.credentials(), host));
        git.allowHttp().forEach(builder::allowHttp);
        git.allowGitProtocol().forEach(builder::allowGitProtocol);
        git.allowFiles().forEach(builder::allowFiles);
        git.sshKeys().forEach(key -> builder.sshKey(key.file(), key.passphrase()));
        if (git.knownHosts() != null) {
            builder.knownHosts(git.knownHosts());
        }
        return builder.build();
    }

    private static Optional<Credentials> credentials(List<HoldfastProperties.GitLogin> logins, String host) {
        return logins.stream()
                .filter(login -> login.host().equalsIgnoreCase(host))
                .findFirst()
                .map(login -> login.user() == null
                        ? Credentials.bearer(login.password())
                        : Credentials.basic(login.user(), login.password()));
    }
}
