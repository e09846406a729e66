package dev.holdfast.spring.boot;

import dev.holdfast.BackgroundLoop;
import dev.holdfast.webhook.Webhook;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code holdfast.*} sets. What is not here, a {@link HoldfastBuilderCustomizer} sets. Bounds are those of
 * {@link dev.holdfast.HoldfastBuilder}; a value beyond them stops the application's start.
 *
 * @param enabled Whether there are any beans of Holdfast.
 * @param autoStart Whether the loops start with the application; what no node runs, the host calls itself.
 * @param node This node's name, unique among those that share the store; a random one for each start by default.
 * @param sweepEvery How often each upstream is asked.
 * @param keepReleases How many good releases stay on a target for rollback, the live one included.
 * @param retention How long history is kept that decides nothing any more.
 * @param loops Which loops start; all by default.
 * @param store The store in the application's DataSource.
 * @param directory Directories of this machine as targets.
 * @param local Directories of this machine as sources.
 * @param git Git sources, by holdfast-jgit-resolver.
 * @param docker Containers as targets, by holdfast-docker-delivery.
 * @param ssh SSH hosts as targets, by holdfast-ssh-delivery.
 * @param admin The operators' page and REST, by holdfast-admin.
 * @param webhooks Who is told by HTTP what happens.
 */
@ConfigurationProperties("holdfast")
public record HoldfastProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("true") boolean autoStart,
        @Nullable String node,
        @DefaultValue("1h") Duration sweepEvery,
        @DefaultValue("3") int keepReleases,
        @DefaultValue("400d") Duration retention,
        @Nullable Set<BackgroundLoop> loops,
        @DefaultValue Store store,
        @DefaultValue Directory directory,
        @DefaultValue Local local,
        @DefaultValue Git git,
        @DefaultValue Docker docker,
        @DefaultValue Ssh ssh,
        @DefaultValue Admin admin,
        @DefaultValue List<Receiver> webhooks) {

    /**
     * The store in the application's DataSource.
     *
     * @param schema The schema of PostgreSQL that holds the tables.
     * @param migration What happens about the schema when the application starts.
     */
    public record Store(
            @DefaultValue("holdfast") String schema,
            @DefaultValue("migrate") Migration migration) {}

    /** What happens about the schema when the application starts. */
    public enum Migration {
        /** Makes the schema, or brings it to what this version needs. */
        MIGRATE,
        /**
         * Changes nothing, and refuses a schema that is not what this version needs: for hosts that run the scripts
         * themselves.
         */
        VALIDATE,
        /** Neither looks nor changes. */
        OFF
    }

    /**
     * Directories of this machine as targets.
     *
     * @param enabled Whether dir:// addresses are served.
     * @param durable Whether a delivery waits until its data is on the disk.
     */
    public record Directory(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("true") boolean durable) {}

    /**
     * Directories of this machine as sources.
     *
     * @param root The directory below which local:// sources lie; without one there are none.
     */
    public record Local(@Nullable Path root) {}

    /**
     * Git sources, by holdfast-jgit-resolver.
     *
     * @param cache A directory for fetched objects; without one there are no git sources.
     * @param credentials User and password or token for each host, over HTTPS.
     * @param allowHttp Hosts that may be asked without TLS.
     * @param allowGitProtocol Hosts that may be asked by git's own protocol, which nothing protects.
     * @param allowFiles Directories below which git+file sources may lie.
     * @param knownHosts The known hosts file for git+ssh; without one there is no SSH.
     * @param sshKeys Private keys for git+ssh.
     */
    public record Git(
            @Nullable Path cache,
            @DefaultValue List<GitLogin> credentials,
            @DefaultValue Set<String> allowHttp,
            @DefaultValue Set<String> allowGitProtocol,
            @DefaultValue List<Path> allowFiles,
            @Nullable Path knownHosts,
            @DefaultValue List<KeyFile> sshKeys) {}

    /**
     * Who asks one git host over HTTPS. Its text form has no password.
     *
     * @param host The host, with its port unless that is 443.
     * @param user The user; none for a bearer token.
     * @param password The password or token.
     */
    public record GitLogin(String host, @Nullable String user, String password) {

        @Override
        public String toString() {
            return "GitLogin[" + host + "]";
        }
    }

    /**
     * A private key. Its text form has no passphrase.
     *
     * @param file The file, in OpenSSH's or PEM format.
     * @param passphrase Its passphrase; empty for a key without one.
     */
    public record KeyFile(Path file, @DefaultValue("") String passphrase) {

        @Override
        public String toString() {
            return "KeyFile[" + file + "]";
        }
    }

    /**
     * Containers as targets, by holdfast-docker-delivery.
     *
     * @param enabled Whether docker:// addresses are served. Connects to the engine when the application starts.
     * @param host The engine, such as unix:///var/run/docker.sock; DOCKER_HOST and the local socket by default. A
     *     DockerClient bean replaces it.
     * @param helperImage The image of helper containers, for containers that are stopped or have no shell.
     */
    public record Docker(
            @DefaultValue("false") boolean enabled,
            @Nullable URI host,
            @Nullable String helperImage) {}

    /**
     * SSH hosts as targets, by holdfast-ssh-delivery.
     *
     * @param knownHosts The known hosts file; without one there are no SSH targets.
     * @param user Who logs in where an address names nobody.
     * @param keys Private keys, offered to every host.
     * @param agent The Unix socket of an SSH agent.
     * @param channels How many commands run on one connection at a time.
     */
    public record Ssh(
            @Nullable Path knownHosts,
            @Nullable String user,
            @DefaultValue List<KeyFile> keys,
            @Nullable Path agent,
            @DefaultValue("5") int channels) {}

    /**
     * The operators' page and REST, by holdfast-admin.
     *
     * @param enabled Whether they are served, in a servlet web application. An AdminAccess bean says who may do what;
     *     without one only callers on this machine are let in.
     * @param path Below which path of the application.
     */
    public record Admin(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("/holdfast") String path) {

        /** Refuses a path that would hide the application's own pages, or that containers read differently. */
        public Admin {
            if (!path.matches("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")) {
                throw new IllegalArgumentException("holdfast.admin.path '" + path
                        + "' is refused: say /holdfast or /some/path, without an end of / or *");
            }
        }
    }

    /**
     * Who is told by HTTP what happens. Its text form has neither address nor secret.
     *
     * @param name Under which the store remembers what was delivered; one that comes back goes on where it was.
     * @param url The address, by HTTPS, or by HTTP on this machine.
     * @param secret The signing secret of Standard Webhooks, whsec_ and base64.
     * @param previousSecret Another secret to sign with, while the receiver does not have the new one.
     * @param events Which events, without dev.holdfast., such as upgrade.failed or rollout-*; all by default.
     * @param source The source attribute of the events, a URI reference.
     * @param timeout How long the receiver may take to answer, from 1s to 30s.
     */
    public record Receiver(
            String name,
            URI url,
            String secret,
            @Nullable String previousSecret,
            @DefaultValue List<String> events,
            @DefaultValue("/holdfast") URI source,
            @DefaultValue("10s") Duration timeout) {

        /** Refuses one that lacks what each must have: the binder names the place in the list. */
        public Receiver {
            needed("name", name);
            needed("url", url);
            needed("secret", secret);
        }

        private static void needed(String property, @Nullable Object value) {
            if (value == null) {
                throw new IllegalArgumentException(
                        "a receiver has no " + property + ": each of holdfast.webhooks has a name, a url and a secret");
            }
        }

        Webhook webhook() {
            Webhook webhook = Webhook.to(name, url, secret)
                    .events(events.toArray(String[]::new))
                    .source(source)
                    .timeout(timeout);
            return previousSecret == null ? webhook : webhook.alsoSignedWith(previousSecret);
        }

        @Override
        public String toString() {
            return "Receiver[" + name + "]";
        }
    }
}
