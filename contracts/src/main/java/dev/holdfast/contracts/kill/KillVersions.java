package dev.holdfast.contracts.kill;

import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.Revision;
import dev.holdfast.testkit.ScriptedResolver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The versions of the plugin, the same in every process; no two agree in any file, so a mixture is seen, but for one
 * that all of them share: a delivery takes it from the release before.
 */
final class KillVersions {

    /** What no operation under test delivers, for the install that follows it. */
    static final String NEXT = "v9.0.0";

    /** What fails its probation wherever it is delivered as an update. */
    static final String SICK = "v2.5.0";

    private static final String PLUGIN = "greeter";
    private static final List<String> FIRST = List.of("v1.0.0", "v2.0.0");

    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
    private final Map<Revision, String> names = new HashMap<>();
    private final Revision sick;

    KillVersions() {
        FIRST.forEach(this::release);
        sick = resolver.commit(PLUGIN, files(SICK));
        names.put(sick, SICK);
    }

    /** Offers the version that fails its probation; every process knows its revision. */
    void releaseSick() {
        resolver.tag(PLUGIN, SICK, sick);
    }

    Health health(Optional<Revision> revision) {
        return revision.equals(Optional.of(sick)) ? Health.unhealthy("it does not answer") : Health.healthy();
    }

    void release(String version) {
        Revision revision = resolver.commit(PLUGIN, files(version));
        resolver.tag(PLUGIN, version, revision);
        names.put(revision, version);
    }

    ScriptedResolver resolver() {
        return resolver;
    }

    String name(Revision revision) {
        return Optional.ofNullable(names.get(revision))
                .orElseThrow(() -> new AssertionError("revision " + revision + " was never released"));
    }

    private static Map<String, String> files(String version) {
        return Map.of(
                "LICENSE",
                "The same in every version",
                "SKILL.md",
                "Say hello as " + version,
                "bin/run*",
                "#!/bin/sh\necho " + version + "\n",
                "docs/deep/" + version,
                version.repeat(1000),
                "current",
                "-> docs/deep/" + version);
    }

    /**
     * Returns what a reader must find of a version, as {@link dev.holdfast.contracts.delivery.Bundles#contents} says
     * it.
     */
    static SortedMap<String, String> tree(String version) throws java.io.IOException {
        SortedMap<String, String> tree = new TreeMap<>(dev.holdfast.contracts.delivery.Bundles.contents(
                new dev.holdfast.testkit.MemoryBundle(files(version), never())));
        return tree;
    }

    private static dev.holdfast.spi.Deadline never() {
        return dev.holdfast.spi.Deadline.after(java.time.Duration.ofMinutes(1));
    }

    static List<String> all() {
        return List.of("v1.0.0", "v2.0.0", SICK, "v3.0.0", NEXT);
    }
}
