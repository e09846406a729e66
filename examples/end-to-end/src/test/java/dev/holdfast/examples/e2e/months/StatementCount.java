package dev.holdfast.examples.e2e.months;

import java.sql.Connection;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Counts the statements that go through a source of connections. */
final class StatementCount {

    private final AtomicLong statements = new AtomicLong();

    DataSource around(DataSource source) {
        return Seam.around(
                DataSource.class,
                source,
                (method, arguments, real) ->
                        method.getName().equals("getConnection") ? counted((Connection) real.call()) : real.call());
    }

    long count() {
        return statements.get();
    }

    private Connection counted(Connection connection) {
        return Seam.around(Connection.class, connection, (method, arguments, real) -> {
            if (method.getName().equals("prepareStatement")) {
                statements.incrementAndGet();
            }
            return real.call();
        });
    }
}
