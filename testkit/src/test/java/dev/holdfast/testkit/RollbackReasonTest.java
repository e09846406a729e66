package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.RetainedRelease;
import dev.holdfast.Timings;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollbackReasonTest {

    private static final InstallKey KEY = InstallKey.of("ws-1", "greeter");

    @TempDir
    private Path root;

    private final TrackingStore store = InMemoryTrackingStore.create();
    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");

    @Test
    void theReasonForARollbackThatNeverGotItsTurnIsNotAudited() {
        TargetAddress address = TargetAddress.parse("dir://" + root);
        try (Holdfast holdfast = Holdfast.builder()
                .store(store)
                .resolver(sources)
                .target(DirectoryTarget.create().durable(false))
                .timings(Timings.standard().operation(Duration.ofMillis(300)))
                .build()) {
            installed(holdfast, address, "one");
            installed(holdfast, address, "two");
            Stamp first = holdfast.releases(KEY).stream()
                    .filter(release -> !release.live())
                    .map(RetainedRelease::release)
                    .findFirst()
                    .orElseThrow()
                    .stamp();
            store.journal()
                    .open(NewOperation.of(Kind.REPAIR, KEY, address, "bob").heldBy("other", Duration.ofHours(1)));

            assertThatThrownBy(() -> holdfast.rollback(KEY, first, "alice", "two loses data"))
                    .isInstanceOf(HoldfastException.class);
        }

        assertThat(store.audit().list(Page.Request.first(10)).items())
                .extracting(AuditEntry::action)
                .doesNotContain("rollback-wanted");
    }

    private void installed(Holdfast holdfast, TargetAddress address, String text) {
        sources.branch("greeter", "main", sources.commit("greeter", Map.of("SKILL.md", text)));
        holdfast.install(InstallRequest.of(KEY.workspace(), Source.parse("scripted://greeter#ref:main"), address));
    }
}
