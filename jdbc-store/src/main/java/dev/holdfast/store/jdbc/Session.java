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
    private boolean begun;
    private boolean hasWritten;

    /** @param longest after which a statement is cancelled */
    Session(Connection connection, String schema, Duration longest) {
        this.connection = connection;
        this.longestSeconds = (int) Math.max(1, longest.toSeconds());
        // Quoted, because a schema may be named like a word of the language.
        this.prefix = '"' + schema + "\".";
    }

    /** Reads one row. */
    interface Mapper<T> {
        T row(ResultSet row) throws SQLException;
    }

    <T> List<T> list(Mapper<T> mapper, String sql, @Nullable Object... arguments) throws SQLException {
        boolean first = !begun;
        try (PreparedStatement statement = prepared(sql, arguments);
                ResultSet rows = rows(statement, first)) {
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
        boolean first = !begun;
        try (PreparedStatement statement = prepared(sql, arguments)) {
            int count = first ? afterBeginning(statement).getUpdateCount() : statement.executeUpdate();
            hasWritten |= count > 0;
            return count;
        }
    }

    private static ResultSet rows(PreparedStatement statement, boolean first) throws SQLException {
        return first ? afterBeginning(statement).getResultSet() : statement.executeQuery();
    }

    /** Steps over what {@link #BEGINNING} answered. */
    private static PreparedStatement afterBeginning(PreparedStatement statement) throws SQLException {
        boolean beginsWithRows = statement.execute();
        boolean rowsFollow = statement.getMoreResults();
        if (beginsWithRows || (!rowsFollow && statement.getUpdateCount() < 0)) {
            throw new SQLException("the driver does not answer two statements that were sent as one", "0A000");
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
        PreparedStatement statement = connection.prepareStatement((begun ? "" : BEGINNING) + sql.replace("@.", prefix));
        begun = true;
        try {
            statement.setQueryTimeout(longestSeconds);
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, bound(arguments[i]));
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
