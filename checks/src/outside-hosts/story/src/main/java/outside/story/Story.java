package outside.story;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.nio.file.Path;

/** Installs from git into a directory and a container, with the records in PostgreSQL; then sweeps, applies and verifies. */
public final class Story {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");

    private Story() {}

    /**
     * Arguments: a repository with tags v1.0.0 and v1.1.0, a directory to work in, a JDBC URL, a schema, and the address of a
     * target in a container, if there is an engine.
     */
    public static void main(String[] arguments) throws Exception {
        try (JdbcTrackingStore store = JdbcTrackingStore.pooled(arguments[2], "postgres", "")) {
            run(store, arguments);
        }
    }

    /** Does all of it with a store of the caller's. */
    public static void run(JdbcTrackingStore pooled, String... arguments) throws Exception {
        Path repository = Path.of(arguments[0]);
        Path place = Path.of(arguments[1]);
        JdbcTrackingStore store = pooled.schema(arguments[3]);
        store.migrate();
        try (var client = DockerClients.connect();
                JGitResolver git = JGitResolver.builder(place.resolve("cache"))
                        .allowFiles(repository.getParent())
                        .build();
                Holdfast holdfast = Holdfast.builder()
                        .resolver(git)
                        .target(DirectoryTarget.create())
                        .target(DockerTarget.over(client))
                        .store(store)
                        .build()) {
            holdfast.start();
            play(holdfast, arguments);
            System.out.println(holdfast.health().verdict());
        }
    }

    /** The part that every host shares, whoever wired its Holdfast. */
    public static void play(Holdfast holdfast, String... arguments) {
        Path repository = Path.of(arguments[0]);
        Path place = Path.of(arguments[1]);
        Source source = Source.parse("git+file://" + repository + "#tag:v1.0.0");
        install(holdfast, source, "dir://" + place.resolve("plugins"), "greeter");
        if (arguments.length > 4) {
            install(holdfast, source, arguments[4], "contained");
        }
        holdfast.sweeper().sweep();
        for (Update update : holdfast.updates().pending().toList()) {
            System.out.println(holdfast.updates().apply(update.id(), update.to(), "stranger"));
        }
        try (var installs = holdfast.installs(WORKSPACE)) {
            installs.forEach(install -> System.out.println(holdfast.verify(install.key())));
        }
    }

    private static void install(Holdfast holdfast, Source source, String address, String name) {
        holdfast.install(InstallRequest.of(WORKSPACE, source, TargetAddress.parse(address))
                .as(PluginName.of(name))
                .track(TrackedRef.latestTag()));
    }
}
