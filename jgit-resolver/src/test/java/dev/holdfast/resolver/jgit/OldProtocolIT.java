package dev.holdfast.resolver.jgit;

import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import java.nio.file.Path;

/**
 * The contract, against a real git server that never learns of protocol v2: a proxy in front of it drops the header.
 */
@Needs(Facility.GIT_HTTP)
final class OldProtocolIT extends HttpResolverContract {

    @Override
    GitHttpServer started(Path directory) {
        return GitHttpServer.startWithoutProtocolV2(directory);
    }
}
