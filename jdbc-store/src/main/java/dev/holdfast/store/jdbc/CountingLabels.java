package dev.holdfast.store.jdbc;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.fleet.Labels;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The labels that count for installs: their own, over those of their workspaces. */
final class CountingLabels {

    private CountingLabels() {}

    /** What an install has by its workspace, and what of its own. */
    private record Both(Map<String, String> workspace, Map<String, String> own) {

        Both() {
            this(new HashMap<>(), new HashMap<>());
        }

        Labels labels() {
            return Labels.over(new Labels(workspace), new Labels(own));
        }
    }

    static Labels of(Session session, InstallKey key) throws SQLException {
        return of(session, List.of(key)).getOrDefault(key, Labels.none());
    }

    /** Returns the labels that count for each install. */
    static Map<InstallKey, Labels> of(Session session, Collection<InstallKey> keys) throws SQLException {
        Map<InstallKey, Both> found = new HashMap<>();
        keys.forEach(key -> found.put(key, new Both()));
        session.list(
                row -> {
                    Both both = found.computeIfAbsent(Rows.key(row), key -> new Both());
                    return (row.getBoolean("own") ? both.own() : both.workspace())
                            .put(row.getString("key"), row.getString("value"));
                },
                """
                SELECT k.workspace, k.plugin, l.plugin <> '' AS own, l.key, l.value
                FROM unnest(?::text[], ?::text[]) AS k(workspace, plugin)
                  JOIN @.label l ON l.workspace = k.workspace AND l.plugin IN ('', k.plugin)
                """,
                keys.stream().map(key -> key.workspace().value()).toArray(String[]::new),
                keys.stream().map(key -> key.plugin().value()).toArray(String[]::new));
        Map<InstallKey, Labels> labels = new HashMap<>();
        found.forEach((key, both) -> labels.put(key, both.labels()));
        return labels;
    }
}
