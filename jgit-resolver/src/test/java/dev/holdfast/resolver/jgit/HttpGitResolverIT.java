package dev.holdfast.resolver.jgit;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import java.nio.file.Path;

/** The contract, against a real git server. */
@Needs(Facility.GIT_HTTP)
final class HttpGitResolverIT extends HttpResolverContract {

    @Override
    GitHttpServer started(Path directory) {
        return GitHttpServer.start(directory);
    }
}
