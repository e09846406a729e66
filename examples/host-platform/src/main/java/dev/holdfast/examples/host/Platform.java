package dev.holdfast.examples.host;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.admin.AdminAccess;
import dev.holdfast.admin.AdminEvents;
import dev.holdfast.admin.AdminServlet;
import dev.holdfast.admin.AdminServletBuilder;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.metrics.micrometer.HoldfastMetrics;
import dev.holdfast.release.BundleLimits;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.resolver.jgit.JGitResolverBuilder;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The whole platform, wired by hand: a database, sources, targets, Holdfast over them, and the web in front. */
final class Platform implements AutoCloseable {

    private static final long MIB = 1024L * 1024;

    private final Opened opened;
    private final Holdfast holdfast;
    private final Workspaces workspaces;
    private final Places places;
    private final WebServer web;

    private Platform(Opened opened, HostOptions options, Secrets secrets, Database database, Path state) {
        this.opened = opened;
        AdminEvents events = opened.add(AdminEvents.create());
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        opened.add(meters::close);
        HoldfastMetrics metrics = HoldfastMetrics.to(meters);
        JdbcTrackingStore store = JdbcTrackingStore.over(database.dataSource());
        store.migrate();
        workspaces = new Workspaces(database.dataSource());
        workspaces.createTable();
        Path directories = Optional.ofNullable(options.workspaces).orElse(state.resolve("workspaces"));
        places = new Places(directories.toAbsolutePath().normalize(), options.docker);
        HoldfastBuilder parts = Holdfast.builder()
                .store(store)
                .resolver(opened.add(git(options, state)))
                .target(DirectoryTarget.create())
                .limits(BundleLimits.standard().bytes(options.largestPlugin * MIB, options.largestPlugin * MIB))
                .listener(events)
                .listener(metrics);
        if (options.docker) {
            opened.add(new Containers()).addTo(parts, options, store, workspaces);
        }
        holdfast = opened.add(parts.build());
        metrics.watch(holdfast);
        holdfast.start();
        AdminAccess access = TokenAccess.of(secrets.tokens());
        AdminServletBuilder admin = AdminServlet.builder(holdfast, events)
                .access(access)
                .workspaces(workspaces)
                .containers(store.containers());
        secrets.hook().ifPresent(admin::hookSecret);
        web = opened.add(WebServer.start(
                new WebServer.Address(options.bind, options.port, options.names),
                admin.build(),
                new PlatformServlet(holdfast, workspaces, places, access, meters::scrape),
                events));
    }

    /** Starts all of it. What was opened is closed again if a later part fails. */
    static Platform start(HostOptions options, Map<String, String> environment) {
        Secrets secrets = Secrets.of(environment);
        Loopback.check(options.bind, secrets);
        Path state = Optional.ofNullable(options.state)
                .orElseThrow(() -> new PermanentException(
                        Reason.INVALID_VALUE, "give --state as well: fetched objects and directories are kept there"))
                .toAbsolutePath()
                .normalize();
        if (!options.images.isEmpty() && !options.docker) {
            throw PermanentException.invalid("--watch-image", options.images.get(0), "give --docker as well");
        }
        Opened opened = new Opened();
        try {
            Database database = opened.add(database(options, state, environment));
            return new Platform(opened, options, secrets, database, state);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static Database database(HostOptions options, Path state, Map<String, String> environment) {
        if (options.jdbc != null) {
            String password = environment.getOrDefault("HOLDFAST_JDBC_PASSWORD", "");
            return Database.at(options.jdbc, options.jdbcUser, password);
        }
        return options.demo ? Database.temporary() : Database.keptIn(state.resolve("postgresql"));
    }

    private static JGitResolver git(HostOptions options, Path state) {
        JGitResolverBuilder git = JGitResolver.builder(state.resolve("git"));
        options.allowFile.forEach(root -> git.allowFiles(root.toAbsolutePath().normalize()));
        options.allowHttp.forEach(git::allowHttp);
        return git.build();
    }

    Holdfast holdfast() {
        return holdfast;
    }

    Workspaces workspaces() {
        return workspaces;
    }

    Places places() {
        return places;
    }

    /** Returns where browsers find the page. */
    String url() {
        return web.url();
    }

    @Override
    public void close() {
        opened.close();
    }
}
