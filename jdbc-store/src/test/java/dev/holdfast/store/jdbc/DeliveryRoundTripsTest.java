package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.testkit.ScriptedResolver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a delivery goes to the database and back; who adds one sees it here. */
final class DeliveryRoundTripsTest {

    /** Five looks, and the transactions that open, prepare, record and close: eight, two, six and four. */
    private static final int OF_AN_UPDATE = 25;

    private static final int COMMITS = 4;

    private final CountedSource counted = new CountedSource(Postgres.source());
    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final JdbcTrackingStore store =
            JdbcTrackingStore.over(counted.source()).schema(Postgres.freshSchema());

    private Holdfast holdfast;

    @TempDir
    private Path directory;

    @BeforeEach
    void build() {
        store.migrate();
        holdfast = Holdfast.builder()
                .store(store)
                .resolver(sources)
                .target(DirectoryTarget.create().durable(false))
                .build();
    }

    @AfterEach
    void close() {
        holdfast.close();
    }

    @Test
    void anUpdateTakesTwentyFiveRoundTripsInFourTransactionsThatWrite() {
        sources.tag("greeter", "v1.0.0", sources.commit("greeter", Map.of("SKILL.md", "one")));
        holdfast.install(InstallRequest.of(
                        WorkspaceId.of("ws-1"),
                        Source.parse("scripted://greeter#tag:v1.0.0"),
                        TargetAddress.parse("dir://" + directory))
                .track(TrackedRef.latestTag()));
        sources.tag("greeter", "v1.1.0", sources.commit("greeter", Map.of("SKILL.md", "two")));
        holdfast.sweeper().sweep();
        Update update = holdfast.updates().pending().findFirst().orElseThrow();
        counted.trips();

        assertThat(holdfast.updates().apply(update.id(), update.to(), "alice")).isInstanceOf(ApplyResult.Applied.class);

        List<String> trips = counted.trips();
        assertThat(trips).as(String.join("\n--\n", trips)).hasSizeLessThanOrEqualTo(OF_AN_UPDATE);
        assertThat(trips.stream().filter("COMMIT"::equals)).hasSize(COMMITS);
    }
}
