package dev.holdfast.spring.boot;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerTarget;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Containers as targets. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DockerTarget.class)
@ConditionalOnProperty("holdfast.docker.enabled")
final class DockerConfiguration {

    @Bean
    @ConditionalOnMissingBean
    DockerClient holdfastDockerClient(HoldfastProperties properties) {
        return properties.docker().host() == null
                ? DockerClients.connect()
                : DockerClients.connect(properties.docker().host());
    }

    @Bean
    @ConditionalOnMissingBean
    DockerTarget holdfastDocker(DockerClient client, HoldfastProperties properties) {
        DockerTarget target = DockerTarget.over(client);
        String helper = properties.docker().helperImage();
        return helper == null ? target : target.helperImage(helper);
    }
}
