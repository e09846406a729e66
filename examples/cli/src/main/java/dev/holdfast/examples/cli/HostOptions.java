package dev.holdfast.examples.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands that need a host take. Picocli writes the fields. */
final class HostOptions {

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the database and fetched objects are kept between runs. Default: ${DEFAULT-VALUE}")
    Path state = Path.of(".holdfast");

    @Option(
            names = "--jdbc",
            paramLabel = "URL",
            description = "A PostgreSQL to keep records in, instead of one in --state: jdbc:postgresql://host/database."
                    + " The password is taken from HOLDFAST_JDBC_PASSWORD.")
    @Nullable String jdbc;

    @Option(names = "--jdbc-user", paramLabel = "USER", description = "Who logs in there.")
    @Nullable String jdbcUser;

    @Option(
            names = "--allow-file",
            paramLabel = "DIR",
            description = "Allow git+file sources below this directory. May be repeated.")
    List<Path> allowFile = List.of();

    @Option(
            names = "--allow-http",
            paramLabel = "HOST[:PORT]",
            description = "Allow git+http sources on this host. May be repeated.")
    List<String> allowHttp = List.of();

    @Option(names = "--local", paramLabel = "DIR", description = "Where local://name sources are: DIR/name.")
    @Nullable Path local;

    @Option(
            names = "--ssh-key",
            paramLabel = "FILE",
            description = "Private key for git+ssh sources and ssh targets. Needs --known-hosts.")
    @Nullable Path sshKey;

    @Option(names = "--known-hosts", paramLabel = "FILE", description = "SSH hosts that are trusted.")
    @Nullable Path knownHosts;

    @Option(names = "--actor", paramLabel = "NAME", description = "Who is written to the audit. Default: $USER")
    @Nullable String actor;

    @Option(names = "--json", description = "Answer with one JSON document.")
    boolean json;

    @Option(names = "--debug", description = "Show stack traces.")
    boolean debug;

    /** Returns who is written to the audit. */
    String actor(Console console) {
        return actor != null ? actor : console.variable("USER").orElse("cli");
    }
}
