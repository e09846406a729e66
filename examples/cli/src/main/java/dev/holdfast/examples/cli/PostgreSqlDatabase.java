package dev.holdfast.examples.cli;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL: the one that the command line names, or one of our own in the state directory. */
final class PostgreSqlDatabase implements Database {

    private static final Pattern PASSWORD = Pattern.compile("[?&]password=|//[^/]*@");

    @Override
    public Opened open(HostOptions options, Console console) {
        return options.jdbc == null ? embedded(options, console) : named(options.jdbc, options, console);
    }

    private static Opened embedded(HostOptions options, Console console) {
        EmbeddedServer server = EmbeddedServer.start(console.resolve(options.state));
        return ready(JdbcTrackingStore.over(server.dataSource()), server::close);
    }

    private static Opened named(String url, HostOptions options, Console console) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw PermanentException.invalid("--jdbc", "jdbc:...", "write jdbc:postgresql://host[:port]/database");
        }
        if (PASSWORD.matcher(url).find()) {
            throw PermanentException.invalid(
                    "--jdbc",
                    "jdbc:postgresql:...",
                    "everybody on this machine can read it: put the password into HOLDFAST_JDBC_PASSWORD, the user into"
                            + " --jdbc-user");
        }
        // One run makes few calls: a pool would cost more than it saves, and hide why a first connection fails.
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        Optional.ofNullable(options.jdbcUser).ifPresent(dataSource::setUser);
        console.variable("HOLDFAST_JDBC_PASSWORD").ifPresent(dataSource::setPassword);
        return ready(JdbcTrackingStore.over(dataSource), () -> {});
    }

    private static Opened ready(JdbcTrackingStore store, Runnable close) {
        try {
            // Each call would otherwise compare the whole schema.
            if (!store.isMigrated()) {
                store.migrate();
            }
        } catch (HoldfastException e) {
            close.run();
            throw e;
        }
        return new Ready(store, close);
    }

    private record Ready(JdbcTrackingStore store, Runnable closing) implements Opened {

        @Override
        public ImageLedger images() {
            return store.images();
        }

        @Override
        public ContainerIndex containers() {
            return store.containers();
        }

        @Override
        public void close() {
            closing.run();
        }
    }
}
