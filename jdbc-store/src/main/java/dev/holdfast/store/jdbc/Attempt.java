package dev.holdfast.store.jdbc;

import dev.holdfast.store.jdbc.CommitMarks.Mark;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One try at a transaction. It knows afterwards what became of it, also if its connection was lost in the commit. */
final class Attempt<T> {

    /** As many connections as a pool of the usual size holds, each of which may be dead. */
    static final int OF_A_POOL = 10;

    private static final int LOOKS = 400;
    private static final long BETWEEN_LOOKS_MILLIS = 20;
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);

    private final Way way;
    private final Kind kind;
    private final Work<T> work;

    @Nullable private T result;
    /** What the transaction has written as its last statement; empty if it has written nothing. */
    private Optional<Mark> mark = Optional.empty();

    private boolean connected;
    private boolean closed;
    private boolean standby;

    /**
     * What all transactions share.
     *
     * @param longest after which a statement is cancelled
     */
    record Way(
            DataSource dataSource,
            String schema,
            Optional<Clock> clock,
            Duration longest,
            CommitMarks marks,
            Pooler pooler) {}

    /** What is done with one connection. */
    interface Work<T> {
        T in(Session session) throws SQLException;
    }

    /** What is known of a transaction before it begins. */
    enum Kind {
        /** One statement that reads: it needs neither a beginning nor a commit. */
        READ,
        /** It writes, unless what it was to change has gone: what it commits is marked with its first statement. */
        WRITE,
        /** Whatever comes. */
        ANY
    }

    Attempt(Way way, Kind kind, Work<T> work) {
        this.way = way;
        this.kind = kind;
        this.work = work;
    }

    T run() throws SQLException {
        Connection connection = way.dataSource().getConnection();
        connected = true;
        try {
            Lent.checkIdle(connection);
            return adapted(connection);
        } finally {
            close(connection);
        }
    }

    private T adapted(Connection connection) throws SQLException {
        Pooler.Settings settings = adapt(connection);
        try {
            return run(connection);
        } finally {
            settings.giveBack();
        }
    }

    private Pooler.Settings adapt(Connection connection) throws SQLException {
        try {
            return way.pooler().adapt(connection);
        } catch (SQLException e) {
            closed = Lent.isClosed(connection);
            throw e;
        }
    }

    private T run(Connection connection) throws SQLException {
        boolean auto = connection.getAutoCommit();
        // A clock of the host's is a setting of a transaction.
        boolean alone = kind == Kind.READ && way.clock().isEmpty();
        Optional<Mark> early = kind == Kind.WRITE ? Optional.of(way.marks().take()) : Optional.empty();
        try {
            connection.setAutoCommit(alone);
            T answer = alone ? work.in(Session.alone(connection, way.schema(), way.longest())) : run(connection, early);
            connection.setAutoCommit(auto);
            settled();
            return answer;
        } catch (Throwable e) {
            if (!alone) {
                Lent.rollBack(connection, auto, e);
            } else {
                Lent.setAutoCommit(connection, auto, e);
            }
            standby = Lent.isStandby(connection, e);
            closed = Lent.isClosed(connection);
            if (mark.isEmpty() && !closed) {
                early.ifPresent(way.marks()::giveBack);
            }
            throw e;
        }
    }

    private T run(Connection connection, Optional<Mark> early) throws SQLException {
        Session session = Session.of(connection, way.schema(), way.longest());
        if (way.clock().isPresent()) {
            session.setClock(way.clock().get().instant());
        }
        early.ifPresent(taken -> way.marks().write(session, taken));
        T answer = work.in(session);
        result = answer;
        if (early.isPresent()) {
            mark = early;
        } else if (session.hasWritten()) {
            Mark taken = way.marks().take();
            way.marks().write(session, taken);
            mark = Optional.of(taken);
        }
        session.flush();
        connection.commit();
        return answer;
    }

    /** What {@code e}, which this try threw, means. */
    Failure failure(SQLException e) {
        return new Failure(e, connected, closed, standby);
    }

    /**
     * Returns the result of a try whose connection was lost in the commit, if it has taken place; empty if it has not,
     * so that the work may be done again.
     *
     * @throws SQLException if the server cannot say
     */
    Optional<T> committed(SQLException lost) throws SQLException {
        if (mark.isEmpty()) {
            return Optional.empty();
        }
        for (int look = 0; look < LOOKS; look++) {
            Optional<Boolean> written = isWritten(mark.get());
            if (written.isPresent()) {
                settled();
                return written.get() ? Optional.ofNullable(result) : Optional.empty();
            }
            // A pool lends its dead connections one after the other, and then a new one, which a pause would let age.
            if (look % OF_A_POOL == OF_A_POOL - 1) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BETWEEN_LOOKS_MILLIS));
            }
        }
        throw new SQLException("the connection was lost in the commit, whose outcome is unknown", "08007", lost);
    }

    private void settled() {
        mark.ifPresent(way.marks()::giveBack);
        mark = Optional.empty();
    }

    /** Returns empty if the connection that asks is lost as well. */
    private Optional<Boolean> isWritten(Mark asked) throws SQLException {
        try (Connection connection = way.dataSource().getConnection()) {
            Pooler.Settings settings = way.pooler().adapt(connection);
            boolean auto = connection.getAutoCommit();
            try {
                // One statement in one round trip: the less there is to lose, the sooner there is an answer.
                connection.setAutoCommit(true);
                boolean written = way.marks().isWritten(Session.of(connection, way.schema(), LONGEST_LOOK), asked);
                connection.setAutoCommit(auto);
                return Optional.of(written);
            } catch (SQLException e) {
                Lent.setAutoCommit(connection, auto, e);
                throw e;
            } finally {
                settings.giveBack();
            }
        } catch (SQLException e) {
            if (new Failure(e, false, false, false).isLost()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What was committed stays so, whatever becomes of its connection. */
    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // Whoever lent it finds out by itself.
        }
    }
}
