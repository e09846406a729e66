package dev.holdfast.examples.e2e;

import dev.holdfast.Holdfast;
import dev.holdfast.Timings;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What the processes of {@link ExactlyOnceIT} have in common: one database, twenty directories, one upstream that is
 * the same in each of them, and a directory in which they leave each other signs.
 */
record OncePlace(String url, String schema, Path directory) {

    static final int NODES = 5;
    static final int ENTRIES = 20;
    static final String PLUGIN = "greeter";
    static final Source SOURCE = Source.parse("scripted://greeter#tag:v1.0.0");
    /** Short, so that a process can be stopped for longer than it. */
    static final Duration LEASE = Duration.ofSeconds(2);

    /** Names the processes to the database, whose connections are terminated by it. */
    private static final String APPLICATION = "once_";

    static WorkspaceId workspace(int number) {
        return WorkspaceId.of("ws-%02d".formatted(number));
    }

    TargetAddress address(int number) {
        return TargetAddress.parse("dir://" + root(number));
    }

    Path root(int number) {
        return directory.resolve("targets").resolve(workspace(number).value());
    }

    String application() {
        return APPLICATION + schema;
    }

    /** Returns the upstream before its second release, or after it; the same revisions in every process. */
    static ScriptedResolver upstream(String newest) {
        ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
        for (String version : newest.equals("v1.0.0") ? new String[] {newest} : new String[] {"v1.0.0", newest}) {
            Map<String, String> files = Map.of("VERSION", version, "docs/text", version.repeat(500));
            resolver.tag(PLUGIN, version, resolver.commit(PLUGIN, files));
        }
        return resolver;
    }

    JdbcTrackingStore store(String user) {
        return JdbcTrackingStore.pooled(url.replaceFirst("\\?.*", "?ApplicationName=" + application()), user, "")
                .schema(schema);
    }

    Holdfast node(String name, JdbcTrackingStore store, ScriptedResolver upstream, Failpoints points) {
        return Holdfast.builder()
                .node(name)
                .store(store)
                .resolver(upstream)
                .target(points.around(DirectoryTarget.create()))
                .reloader((workspace, change, deadline) -> append("reloads", workspace + " " + change.operation()))
                .timings(Timings.standard()
                        .operation(Duration.ofSeconds(60))
                        .recover(LEASE)
                        .lease(LEASE))
                .build();
    }

    /** Adds a line to a file of this name, in one write. */
    void append(String name, String line) {
        ChildJvm.append(directory.resolve(name), line);
    }

    /** Waits for a sign; the processes see each other within milliseconds. */
    void await(String sign) {
        Path file = directory.resolve(sign);
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(file)) {
            if (System.nanoTime() > patience) {
                throw new AssertionError("no sign of " + sign);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
        }
    }
}
