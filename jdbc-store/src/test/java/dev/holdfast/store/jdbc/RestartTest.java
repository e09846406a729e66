package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.BackgroundLoop;
import dev.holdfast.Health;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.testkit.ScriptedResolver;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that goes and comes back on the same data while a host works. */
final class RestartTest {

    private static final int WORKSPACES = 6;

    @TempDir
    private Path directory;

    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final AtomicReference<EmbeddedPostgreSql> server = new AtomicReference<>();
    private final CountDownLatch underWay = new CountDownLatch(2 * WORKSPACES);

    @Test
    void aRestartOfTheServerEndsNeitherAnInstallNorALoop() throws Exception {
        sources.branch("greeter", "main", sources.commit("greeter", Map.of("SKILL.md", "one")));
        server.set(EmbeddedPostgreSql.keepIn(directory.resolve("data")));
        try (HikariDataSource pool = new HikariDataSource(pool());
                Holdfast holdfast = holdfast(pool)) {
            holdfast.start();
            List<CompletableFuture<Void>> callers = IntStream.range(0, WORKSPACES)
                    .mapToObj(number -> CompletableFuture.runAsync(() -> live(holdfast, "ws-" + number)))
                    .toList();

            underWay.await(20, TimeUnit.SECONDS);
            server().close();
            server.set(EmbeddedPostgreSql.keepIn(directory.resolve("data")));
            for (CompletableFuture<Void> caller : callers) {
                caller.get(60, TimeUnit.SECONDS);
            }

            assertThat(holdfast.recover().items()).as("operations left open").isEmpty();
            for (Install install : installs(holdfast)) {
                assertThat(holdfast.verify(install.key())).isInstanceOf(Verification.Intact.class);
            }
            assertThat(installs(holdfast)).hasSize(WORKSPACES);
            assertThat(holdfast.health().loops())
                    .as("all but that of webhooks")
                    .hasSize(BackgroundLoop.values().length - 1)
                    .allMatch(Health.Loop::alive);
        } finally {
            server().close();
        }
    }

    /** Installs, and repairs by installing anew, again and again. */
    private void live(Holdfast holdfast, String workspace) {
        for (int round = 0; round < 8; round++) {
            underWay.countDown();
            Source source = Source.parse("scripted://greeter#ref:main");
            TargetAddress address = TargetAddress.parse("dir://" + directory.resolve(workspace));
            InstallRequest request = InstallRequest.of(WorkspaceId.of(workspace), source, address);
            holdfast.install(request);
            if (round < 7) {
                holdfast.uninstall(request.key(), "tester");
            }
        }
    }

    private List<Install> installs(Holdfast holdfast) {
        List<Install> found = new ArrayList<>();
        for (int number = 0; number < WORKSPACES; number++) {
            holdfast.installs(WorkspaceId.of("ws-" + number)).forEach(found::add);
        }
        return found;
    }

    private Holdfast holdfast(DataSource pool) {
        JdbcTrackingStore store = JdbcTrackingStore.over(pool);
        store.migrate();
        return Holdfast.builder()
                .store(store)
                .resolver(sources)
                .target(DirectoryTarget.create().durable(false))
                .build();
    }

    /**
     * As {@link JdbcTrackingStore#pooled} makes it, over an address that stays the same where the real port does not.
     */
    private HikariConfig pool() {
        HikariConfig config = JdbcTrackingStore.config(server().url(), "postgres", "");
        config.setJdbcUrl(null);
        config.setDataSource((DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> called(method, arguments)));
        return config;
    }

    private Object called(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(server().dataSource(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private EmbeddedPostgreSql server() {
        return Objects.requireNonNull(server.get());
    }
}
