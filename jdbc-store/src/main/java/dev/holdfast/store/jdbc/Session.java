package dev.holdfast.store.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Statements on one connection. In SQL, {@code @.} stands for the schema; values are arguments, never text. An
 * {@link Optional} binds its value or NULL, a {@link Duration} its milliseconds.
 */
final class Session {

    private static final long LONGEST_MILLIS = Duration.ofDays(36_500).toMillis();

    /** Sent with the first statement, in one round trip. Whatever isolation the pool, the role or the database has. */
    private static final String BEGINNING = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ";

    private final Connection connection;
    private final String prefix;
    private final int longestSeconds;
    private final boolean alone;
    private final List<Later> later = new ArrayList<>();
    private boolean begun;
    private boolean hasWritten;

    private Session(Connection connection, String schema, Duration longest, boolean alone) {
        this.connection = connection;
        this.alone = alone;
        this.longestSeconds = (int) Math.max(1, longest.toSeconds());
        // Quoted, because a schema may be named like a word of the language.
        this.prefix = '"' + schema + "\".";
    }

    /**
     * A transaction.
     *
     * @param longest after which a statement is cancelled
     */
    static Session of(Connection connection, String schema, Duration longest) {
        return new Session(connection, schema, longest, false);
    }

    /** One statement, which is a transaction by itself: a second one is refused. */
    static Session alone(Connection connection, String schema, Duration longest) {
        return new Session(connection, schema, longest, true);
    }

    /** A statement that goes with the next one. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Later(String sql, @Nullable Object[] arguments) {}

    /** Reads one row. */
    interface Mapper<T> {
        T row(ResultSet row) throws SQLException;
    }

    <T> List<T> list(Mapper<T> mapper, String sql, @Nullable Object... arguments) throws SQLException {
        int before = before();
        try (PreparedStatement statement = prepared(sql, arguments);
                ResultSet rows = rows(statement, before)) {
            List<T> list = new ArrayList<>();
            while (rows.next()) {
                list.add(mapper.row(rows));
            }
            hasWritten |= !list.isEmpty() && !sql.stripLeading().startsWith("SELECT");
            return list;
        }
    }

    <T> Optional<T> first(Mapper<T> mapper, String sql, @Nullable Object... arguments) throws SQLException {
        return list(mapper, sql, arguments).stream().findFirst();
    }

    int change(String sql, @Nullable Object... arguments) throws SQLException {
        int before = before();
        try (PreparedStatement statement = prepared(sql, arguments)) {
            int count = before > 0 ? after(before, statement).getUpdateCount() : statement.executeUpdate();
            hasWritten |= count > 0;
            return count;
        }
    }

    /**
     * Changes rows, how many nobody asks: it is sent with the next statement, in one round trip, or before the commit.
     * Its order among the others stays.
     */
    void later(String sql, @Nullable Object... arguments) {
        later.add(new Later(sql, arguments));
        hasWritten = true;
    }

    /** Sends what is still to be sent. */
    void flush() throws SQLException {
        if (!later.isEmpty()) {
            Later last = later.remove(later.size() - 1);
            change(last.sql(), last.arguments());
        }
    }

    /** How many statements go before the next one, in its round trip. */
    private int before() {
        return later.size() + (begun || alone ? 0 : 1);
    }

    private static ResultSet rows(PreparedStatement statement, int before) throws SQLException {
        return before > 0 ? after(before, statement).getResultSet() : statement.executeQuery();
    }

    /** Steps over what {@link #BEGINNING} and the statements of {@link #later} answered, none of them with rows. */
    private static PreparedStatement after(int before, PreparedStatement statement) throws SQLException {
        boolean rows = statement.execute();
        for (int i = 0; i < before; i++) {
            boolean rowsFollow = statement.getMoreResults();
            if (rows || (!rowsFollow && statement.getUpdateCount() < 0)) {
                throw new SQLException("the driver does not answer statements that were sent as one", "0A000");
            }
            rows = rowsFollow;
        }
        return statement;
    }

    /** Lets this transaction believe that it is {@code now}, to the microsecond that the database keeps. */
    void setClock(Instant now) throws SQLException {
        list(
                row -> 0,
                "SELECT set_config('holdfast.clock', ?, true)",
                now.truncatedTo(ChronoUnit.MICROS).toString());
    }

    /** Returns whether a statement has changed a row. */
    boolean hasWritten() {
        return hasWritten;
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    /** Reads a number of seconds, such as {@code extract(epoch FROM ...)} gives. */
    static Optional<Duration> optionalSeconds(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getBigDecimal(column))
                .map(seconds -> Duration.ofNanos(seconds.movePointRight(9).longValue()));
    }

    static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private PreparedStatement prepared(String sql, @Nullable Object... arguments) throws SQLException {
        if (alone && begun) {
            throw new IllegalStateException("a second statement where one was to be alone: " + sql);
        }
        StringBuilder text = new StringBuilder(begun || alone ? "" : BEGINNING);
        List<@Nullable Object> all = new ArrayList<>();
        for (Later one : later) {
            text.append(one.sql()).append("; ");
            Collections.addAll(all, one.arguments());
        }
        later.clear();
        Collections.addAll(all, arguments);
        PreparedStatement statement =
                connection.prepareStatement(text.append(sql).toString().replace("@.", prefix));
        begun = true;
        try {
            statement.setQueryTimeout(longestSeconds);
            for (int i = 0; i < all.size(); i++) {
                statement.setObject(i + 1, bound(all.get(i)));
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private @Nullable Object bound(@Nullable Object argument) throws SQLException {
        if (argument instanceof Optional<?> optional) {
            return bound(optional.orElse(null));
        }
        if (argument instanceof OptionalLong number) {
            return number.isPresent() ? number.getAsLong() : null;
        }
        if (argument instanceof Duration duration) {
            return duration.compareTo(Duration.ofMillis(LONGEST_MILLIS)) > 0 ? LONGEST_MILLIS : duration.toMillis();
        }
        if (argument instanceof Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
        if (argument instanceof Enum<?> constant) {
            return constant.name();
        }
        if (argument instanceof String[] texts) {
            return array("text", texts);
        }
        if (argument instanceof Long[] numbers) {
            return array("bigint", numbers);
        }
        if (argument instanceof Boolean[] flags) {
            return array("boolean", flags);
        }
        return argument;
    }

    private Array array(String type, @Nullable Object[] values) throws SQLException {
        return connection.createArrayOf(type, values);
    }
}
