package dev.holdfast.examples.e2e;

import dev.holdfast.Automation;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Probation;
import dev.holdfast.Timings;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Change;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * What the processes of {@link RolloutKillIT} have in common: one database, one directory for each workspace, one
 * upstream that is the same in each of them, and a clock by which a second is a minute.
 *
 * @param url of the database
 * @param schema in it
 * @param directory where workspaces are, and the record of what ran
 * @param began when the clock began
 * @param good whether the release is well
 */
record RolloutPlace(String url, String schema, Path directory, Instant began, boolean good) {

    static final String PLAN =
            "ring 5% soak PT10M; ring 25% soak PT10M; ring rest; halt 20% of 5; at-once 20; patience PT24H";
    private static final String PLUGIN = "greeter";
    private static final Source NEWEST = Source.parse("scripted://greeter#tag:latest");
    private static final String OLDER = "v1.0.0";
    private static final String RELEASE = "v1.1.0";
    private static final int FASTER = 60;
    private static final Probation PATIENT = new Probation(1, Duration.ofSeconds(5), Duration.ofSeconds(60));
    private static final Probation BRIEF = new Probation(1, Duration.ofMillis(20), Duration.ofMillis(20));

    static RolloutPlace of(List<String> arguments) {
        return new RolloutPlace(
                arguments.get(0),
                arguments.get(1),
                Path.of(arguments.get(2)),
                Instant.parse(arguments.get(3)),
                Boolean.parseBoolean(arguments.get(4)));
    }

    List<String> arguments() {
        return List.of(url, schema, directory.toString(), began.toString(), Boolean.toString(good));
    }

    /** The same place some time later. */
    RolloutPlace later(Duration time) {
        return new RolloutPlace(url, schema, directory, began.minus(time.dividedBy(FASTER)), good);
    }

    Clock clock() {
        return new FastClock(began);
    }

    JdbcTrackingStore store() {
        return JdbcTrackingStore.pooled(url, "postgres", "").schema(schema).clock(clock());
    }

    /** Returns the upstream before its release, or with it; the same revisions in every process. */
    static ScriptedResolver upstream(boolean released) {
        ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
        resolver.tag(PLUGIN, OLDER, resolver.commit(PLUGIN, Map.of("SKILL.md", "first")));
        if (released) {
            resolver.tag(PLUGIN, RELEASE, released(resolver));
        }
        return resolver;
    }

    private static Revision released(ScriptedResolver resolver) {
        return resolver.commit(PLUGIN, Map.of("SKILL.md", "second"));
    }

    static Revision released() {
        return released(upstream(false));
    }

    InstallRequest request(String workspace) {
        return InstallRequest.of(
                WorkspaceId.of(workspace),
                NEWEST,
                TargetAddress.parse("dir://" + directory.resolve("targets").resolve(workspace)));
    }

    Holdfast node(String name, TrackingStore store, SourceResolver upstream, Failpoints points) {
        return Holdfast.builder()
                .node(name)
                .clock(clock())
                .store(points.around(store))
                .resolver(points.around(upstream))
                .target(points.around(DirectoryTarget.create().durable(false)))
                .healthProbe(
                        (workspace, change, deadline) -> good ? Health.healthy() : Health.unhealthy("crash loop"),
                        good ? PATIENT : BRIEF)
                .reloader(this::reloaded)
                .automation(Automation.standard().mostPerPass(7))
                .timings(Timings.standard().operation(Duration.ofSeconds(60)).lease(Duration.ofMinutes(5)))
                .build();
    }

    private void reloaded(WorkspaceId workspace, Change change, Deadline deadline) {
        if (change.to().filter(released()::equals).isPresent()) {
            append("ran", workspace.value());
        }
    }

    /** Adds a line to a file of this name, in one write. */
    void append(String name, String line) {
        ChildJvm.append(directory.resolve(name), line);
    }

    /** A minute passes in a second. */
    private static final class FastClock extends Clock {

        private final Instant began;

        FastClock(Instant began) {
            this.began = began;
        }

        @Override
        public Instant instant() {
            Duration passed = Duration.between(began, Clock.systemUTC().instant());
            return began.plus(passed.multipliedBy(FASTER));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("instants only");
        }
    }
}
