package dev.holdfast.examples.e2e.months;

import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.source.SourceHistory;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.testkit.ScriptedResolver;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The upstreams: they bring out releases, some of which are no good, and may be down for a time. */
final class Sources {

    private static final String SCHEME = "scripted";

    private final ScriptedResolver scripted = ScriptedResolver.forScheme(SCHEME);
    private final Map<String, Integer> newest = new HashMap<>();
    private final Set<Revision> sick = ConcurrentHashMap.newKeySet();
    private final Set<String> down = ConcurrentHashMap.newKeySet();

    private interface Both extends SourceResolver, SourceHistory {}

    /** What a release turns out to be. */
    enum Quality {
        GOOD,
        /** It is delivered, and fails its probation. */
        SICK,
        /** It is refused, for it brings a marker of its own. */
        REFUSED
    }

    Source source(String plugin) {
        return Source.parse(SCHEME + "://" + plugin + "#tag:" + version(plugin));
    }

    private String version(String plugin) {
        return "v1." + newest.getOrDefault(plugin, 0) + ".0";
    }

    void release(String plugin, Quality quality) {
        int number = newest.merge(plugin, 1, Integer::sum);
        String file = quality == Quality.REFUSED ? ".complete" : "SKILL.md";
        Revision revision = scripted.commit(plugin, Map.of(file, plugin + " " + number));
        if (quality == Quality.SICK) {
            sick.add(revision);
        }
        scripted.tag(plugin, version(plugin), revision);
    }

    Health probe(Revision revision) {
        return sick.contains(revision) ? Health.unhealthy("it does not start") : Health.healthy();
    }

    /** Returns what fails every probation. */
    Set<Revision> sick() {
        return Set.copyOf(sick);
    }

    void down(String plugin) {
        down.add(SCHEME + "://" + plugin);
    }

    void up(String plugin) {
        down.remove(SCHEME + "://" + plugin);
    }

    /** Returns the upstreams as nodes reach them. */
    SourceResolver resolver() {
        return (SourceResolver) Proxy.newProxyInstance(
                Both.class.getClassLoader(), new Class<?>[] {Both.class}, (proxy, method, arguments) -> {
                    checkUp(method, arguments);
                    try {
                        return method.invoke(scripted, arguments);
                    } catch (java.lang.reflect.InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void checkUp(Method method, Object[] arguments) {
        boolean asks =
                !Set.of("schemes", "upstream", "hashCode", "equals", "toString").contains(method.getName());
        if (asks && down.contains(key(arguments[0]))) {
            throw new TransientException(Reason.UNREACHABLE, "the upstream is down, as the year wants it");
        }
    }

    private String key(Object asked) {
        return (asked instanceof Upstream upstream ? upstream : scripted.upstream((Source) asked)).key();
    }
}
