package dev.holdfast.store.jdbc;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.store.Page;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * Installs in the order of their keys. The database finds those that may be meant, and what the labels say is asked of
 * each.
 *
 * @param conditions of the row, each followed by {@code AND}
 */
record Selection(String conditions, List<Object> arguments) {

    private static final int CHUNK = 1000;

    static Selection all() {
        return new Selection("", List.of());
    }

    Selection and(String condition, Object... more) {
        return new Selection(
                conditions + condition + " AND ",
                Stream.concat(arguments.stream(), Stream.of(more)).toList());
    }

    Page<Install> page(Database database, Page.Request page, BiPredicate<Install, Labels> meant) {
        String[] after =
                Installs.after(page, page.after().map(text -> text.indexOf('/')).orElse(0));
        List<Install> found =
                database.transaction("listing installs", session -> read(session, after, page.limit() + 1, meant));
        return Page.of(found, page, install -> install.key().toString());
    }

    private List<Install> read(Session session, String[] after, int most, BiPredicate<Install, Labels> meant)
            throws SQLException {
        List<Install> found = new ArrayList<>();
        String[] place = after;
        List<Install> rows;
        do {
            rows = chunk(session, place);
            Map<InstallKey, Labels> labels =
                    CountingLabels.of(session, rows.stream().map(Install::key).toList());
            for (Install install : rows) {
                if (meant.test(install, labels.getOrDefault(install.key(), Labels.none()))) {
                    found.add(install);
                }
                place = new String[] {
                    install.workspace().value(), install.plugin().value()
                };
            }
        } while (rows.size() == CHUNK && found.size() < most);
        return found.subList(0, Math.min(most, found.size()));
    }

    private List<Install> chunk(Session session, String[] after) throws SQLException {
        List<Object> all = new ArrayList<>(arguments);
        all.addAll(List.of(after[0], after[1], CHUNK));
        return session.list(
                Rows::install,
                Rows.INSTALL + "WHERE " + conditions
                        + "(i.workspace, i.plugin) > (?, ?) ORDER BY i.workspace, i.plugin LIMIT ?",
                all.toArray());
    }
}
