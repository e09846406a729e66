package dev.holdfast.examples.host;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the platform is started. Picocli writes the fields. */
final class HostOptions {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this, and end.")
    boolean help;

    @Option(
            names = "--demo",
            description = "Show a platform with something to see, in a temporary directory. The default if no other"
                    + " option says where records are kept.")
    boolean demo;

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "Where to listen. Default: ${DEFAULT-VALUE}")
    String bind = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", description = "0 for any. Default: ${DEFAULT-VALUE}")
    int port = 8300;

    @Option(
            names = "--name",
            paramLabel = "HOST",
            description =
                    "A name that browsers reach this host by, beside localhost: others are refused. May be repeated.")
    List<String> names = List.of();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where fetched objects and directories are kept, and, without --jdbc, a PostgreSQL of our own.")
    @Nullable Path state;

    @Option(
            names = "--jdbc",
            paramLabel = "URL",
            description =
                    "The PostgreSQL to keep records in: jdbc:postgresql://host/database. The password is taken from"
                            + " HOLDFAST_JDBC_PASSWORD.")
    @Nullable String jdbc;

    @Option(names = "--jdbc-user", paramLabel = "USER", description = "Who logs in there. Default: ${DEFAULT-VALUE}")
    String jdbcUser = "holdfast";

    @Option(
            names = "--workspaces",
            paramLabel = "DIR",
            description = "Where workspaces that are directories live. Default: below --state.")
    @Nullable Path workspaces;

    @Option(
            names = "--docker",
            description = "Workspaces may be containers of the Docker engine that DOCKER_HOST names, and its containers"
                    + " are indexed.")
    boolean docker;

    @Option(
            names = "--watch-image",
            paramLabel = "IMAGE",
            description =
                    "Offer to replace containers of this image when its tag moves; needs --docker. May be repeated.")
    List<String> images = List.of();

    @Option(
            names = "--allow-file",
            paramLabel = "DIR",
            description = "Allow git+file sources below this directory. May be repeated.")
    List<Path> allowFile = List.of();

    @Option(
            names = "--allow-http",
            paramLabel = "HOST[:PORT]",
            description = "Allow git+http sources, and images, from this host. May be repeated.")
    List<String> allowHttp = List.of();

    @Option(
            names = "--largest-plugin",
            paramLabel = "MIB",
            description = "How large a plugin may be, in MiB. Default: ${DEFAULT-VALUE}")
    int largestPlugin = 512;

    /** Returns whether nothing says where records are kept, so that there can be nothing but a demo. */
    boolean isDemo() {
        return demo || (state == null && jdbc == null);
    }
}
