package dev.holdfast.resolver.jgit;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The contract, against a git server that runs already: {@code HOLDFAST_GIT_BASE} is how its sources begin,
 * {@code HOLDFAST_GIT_REPOSITORIES} where its repositories are, and {@code HOLDFAST_GIT_KEY} and
 * {@code HOLDFAST_GIT_KNOWN_HOSTS} are files for ssh. Run by {@code checks/git-servers} only.
 */
@Needs(Facility.SSHD)
final class GivenGitServer extends ServerContract {

    @Override
    Served serve(Path directory) {
        return new Served(Path.of(variable("HOLDFAST_GIT_REPOSITORIES")), variable("HOLDFAST_GIT_BASE"));
    }

    @Override
    JGitResolver resolver(JGitResolverBuilder builder) {
        URI base = URI.create(variable("HOLDFAST_GIT_BASE"));
        String host = base.getHost() + ":" + base.getPort();
        if (base.getScheme().endsWith("ssh")) {
            builder.sshKey(Path.of(variable("HOLDFAST_GIT_KEY")))
                    .knownHosts(Path.of(variable("HOLDFAST_GIT_KNOWN_HOSTS")));
        }
        return builder.allowHttp(host).allowGitProtocol(host).build();
    }

    @Override
    void end() {
        // who started it ends it
    }

    private static String variable(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }
}
