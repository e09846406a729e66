package dev.holdfast.examples.cli;

import dev.holdfast.resolver.jgit.Credentials;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.resolver.jgit.JGitResolverBuilder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.util.FS;

/** Git sources, with credentials from the environment, each for one host: a token is never shown to another. */
final class GitAccess {

    /** Hosts like these would share their variable's name with another host. */
    private static final Pattern AMBIGUOUS = Pattern.compile("_|[.:][.:-]|-[.:]");

    private GitAccess() {}

    /** Makes a process that is ours ready for git. */
    static void prepareProcess() {
        // Nobody's git configuration changes what the demo and the sources do.
        JGitResolver.isolateJvm();
        // Otherwise each run waits two seconds for JGit to measure how exact the clock of the disk is.
        FS.FileStoreAttributes.setBackground(true);
    }

    static GitSources sources(HostOptions options, Console console, Runnable beforeGit) {
        return new GitSources(() -> {
            beforeGit.run();
            return resolver(options, console);
        });
    }

    private static JGitResolver resolver(HostOptions options, Console console) {
        Path cache = console.resolve(options.state).resolve("git");
        JGitResolverBuilder git = JGitResolver.builder(cache).credentials(host -> credentials(console, host));
        options.allowFile.forEach(root -> git.allowFiles(console.resolve(root)));
        options.allowHttp.forEach(git::allowHttp);
        if (options.knownHosts != null) {
            git.knownHosts(console.resolve(options.knownHosts));
        }
        if (options.sshKey != null) {
            String passphrase = console.variable("HOLDFAST_SSH_PASSPHRASE").orElse("");
            git.sshKey(console.resolve(options.sshKey), passphrase);
        }
        return git.build();
    }

    static Optional<Credentials> credentials(Console console, String host) {
        if (AMBIGUOUS.matcher(host).find()) {
            return Optional.empty();
        }
        String suffix = "_" + suffix(host);
        Optional<Credentials> token =
                console.variable("HOLDFAST_GIT_TOKEN" + suffix).map(secret -> Credentials.basic("token", secret));
        return token.or(() -> console.variable("HOLDFAST_GIT_USER" + suffix)
                .flatMap(user -> console.variable("HOLDFAST_GIT_PASSWORD" + suffix)
                        .map(password -> Credentials.basic(user, password))));
    }

    /**
     * Returns how a host is written in a variable's name: {@code git-1.example.com:8443} as
     * {@code GIT__1_EXAMPLE_COM_8443}.
     */
    static String suffix(String host) {
        return host.toUpperCase(Locale.ROOT).replace("-", "__").replaceAll("[.:]", "_");
    }
}
