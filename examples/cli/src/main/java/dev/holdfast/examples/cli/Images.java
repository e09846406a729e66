package dev.holdfast.examples.cli;

import dev.holdfast.delivery.docker.RegistryDigests;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImageRefresher;
import java.util.List;

/** Who is asked about images. */
interface Images {

    /** Returns what lists, pulls for and recreates containers. */
    ImageRefresher engine(DockerAccess docker);

    /** Returns what asks registries, without TLS where it is said. */
    ImageDigests registries(List<String> plainHttp);

    /** Returns the engine that {@code DOCKER_HOST} names, and registries that are asked anonymously. */
    static Images ofDocker() {
        return new Images() {
            @Override
            public ImageRefresher engine(DockerAccess docker) {
                return docker.refresher();
            }

            @Override
            public ImageDigests registries(List<String> plainHttp) {
                RegistryDigests.Builder registries = RegistryDigests.builder();
                plainHttp.forEach(registries::plainHttp);
                return registries.build();
            }
        };
    }
}
