package dev.holdfast.store.jdbc;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.AuditLog;
import dev.holdfast.spi.store.InspectionStore;
import dev.holdfast.spi.store.InstallStore;
import dev.holdfast.spi.store.OperationHistory;
import dev.holdfast.spi.store.OperationJournal;
import dev.holdfast.spi.store.PlaceStore;
import dev.holdfast.spi.store.SweepStore;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore;
import dev.holdfast.spi.store.UpstreamStore;
import dev.holdfast.spi.store.WebhookStore;
import dev.holdfast.spi.trust.TrustStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * The store on PostgreSQL 15 or newer, in a schema of its own. Any number of nodes share it.
 *
 * <p>Each call takes one connection for one short transaction and gives it back with the settings it had; a pool of one
 * is enough. Leases and due times are measured by the database's clock. Safe for use by several threads.
 */
public final class JdbcTrackingStore implements TrackingStore, AutoCloseable {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    /** What the driver would wait for without end. A statement is cancelled before its connection is given up. */
    private static final Map<String, String> LIMITS =
            Map.of("socketTimeout", "20", "connectTimeout", "5", "tcpKeepAlive", "true");

    private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private static final Pattern URL = Pattern.compile("jdbc:postgresql:(?!.*@)(?!.*password=).+", CASE_INSENSITIVE);

    private final DataSource dataSource;
    private final String schema;
    private final Optional<Clock> clock;
    private final Optional<HikariDataSource> ownPool;
    private final Database database;

    private JdbcTrackingStore(
            DataSource dataSource, String schema, Optional<Clock> clock, Optional<HikariDataSource> ownPool) {
        this.dataSource = dataSource;
        this.schema = schema;
        this.clock = clock;
        this.ownPool = ownPool;
        this.database = new Database(dataSource, schema, clock);
    }

    /** Returns the store over the host's data source, which is never closed here, in schema {@code holdfast}. */
    public static JdbcTrackingStore over(DataSource dataSource) {
        return new JdbcTrackingStore(dataSource, "holdfast", Optional.empty(), Optional.empty());
    }

    /**
     * Returns the store over a pool of its own (HikariCP: at most ten connections, each waited for at most ten
     * seconds), which {@link #close()} closes. Unless the URL says otherwise, a connection is given up that takes five
     * seconds to open or says nothing for twenty.
     *
     * @param url a JDBC URL of PostgreSQL, without password: {@code jdbc:postgresql://db.example.com/shop}
     * @throws PermanentException if the URL is another
     */
    public static JdbcTrackingStore pooled(String url, String user, String password) {
        if (!URL.matcher(url).matches()) {
            // Shown without what it holds: a driver that refuses a URL shows all of it.
            throw PermanentException.invalid(
                    "database URL",
                    url.replaceFirst("(?s)[/?].*", "..."),
                    "write jdbc:postgresql://host:port/database, and give user and password beside it");
        }
        return over(new HikariDataSource(config(url, user, password)));
    }

    static HikariConfig config(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("holdfast");
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        // The first call says what is wrong with the database, not the constructor of a pool.
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(LONGEST_WAIT.toMillis());
        // Else it asks the first connection, and if that one is lost meanwhile, it believes "none" for good.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        LIMITS.forEach((name, value) -> {
            if (!url.matches("(?s).*[?&]" + name + "=.*")) {
                config.addDataSourceProperty(name, value);
            }
        });
        return config;
    }

    private static JdbcTrackingStore over(HikariDataSource pool) {
        return new JdbcTrackingStore(pool, "holdfast", Optional.empty(), Optional.of(pool));
    }

    /**
     * Returns the same in another schema.
     *
     * @param name lower-case letters, digits and underscores, at most 63, not starting with a digit
     * @throws PermanentException if the name is another
     */
    public JdbcTrackingStore schema(String name) {
        if (!SCHEMA.matcher(name).matches()) {
            throw PermanentException.invalid("schema", name, "use lower-case letters, digits and '_', at most 63");
        }
        return new JdbcTrackingStore(dataSource, name, clock, ownPool);
    }

    /** Returns the same with times measured by {@code time} instead of the database: for tests. */
    public JdbcTrackingStore clock(Clock time) {
        return new JdbcTrackingStore(dataSource, schema, Optional.of(time), ownPool);
    }

    /**
     * Makes the schema, or brings it to what this version needs. Several nodes may do so at once.
     *
     * @return how many scripts were run
     * @throws PermanentException if a newer version has been at work there, or an applied script was changed
     */
    public int migrate() {
        return migrate(SchemaMode.MIGRATE);
    }

    /** As {@link #migrate()}, or only a look, or nothing: as {@code mode} says. */
    public int migrate(SchemaMode mode) {
        return new Migration(dataSource, schema).run(mode);
    }

    /**
     * Returns whether exactly the scripts of this version have been run, by one question. Does not look whether what
     * they made is still there, as {@link #migrate()} does: for programs that make few calls and end.
     */
    public boolean isMigrated() {
        return new Migration(dataSource, schema).isDone();
    }

    @Override
    public InstallStore installs() {
        return new Installs(database);
    }

    @Override
    public SweepStore sweeps() {
        return new Sweeps(database, Sweeps.BATCH);
    }

    @Override
    public UpstreamStore upstreams() {
        return new Upstreams(database);
    }

    @Override
    public UpdateStore updates() {
        return new Updates(database);
    }

    @Override
    public OperationJournal journal() {
        return new Journal(database);
    }

    @Override
    public PlaceStore places() {
        return new Places(database);
    }

    @Override
    public InspectionStore inspections() {
        return new Inspections(database);
    }

    @Override
    public OperationHistory history() {
        return new History(database);
    }

    @Override
    public AuditLog audit() {
        return new Audit(database);
    }

    @Override
    public AuditChain auditChain() {
        return new AuditSeals(database);
    }

    @Override
    public WebhookStore webhooks() {
        return new Webhooks(database);
    }

    @Override
    public FleetStore fleet() {
        return new Fleet(database);
    }

    @Override
    public TrustStore trust() {
        return new TrustRows(database);
    }

    /** Returns the index of containers, in the same schema: another interface, because not every host wants it. */
    public ContainerIndex containers() {
        return new JdbcContainerIndex(database);
    }

    /** Returns the ledger of images, in the same schema: another interface, because not every host wants it. */
    public ImageLedger images() {
        return new JdbcImageLedger(database);
    }

    /** Closes the pool that {@link #pooled} made; a data source of the host stays open. May be called twice. */
    @Override
    public void close() {
        ownPool.ifPresent(HikariDataSource::close);
    }
}
