package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A delivery demands that what is recorded is live, and looks only where a target cannot demand it, or it is not so.
 */
final class ExpectedLiveTest {

    @TempDir
    Path place;

    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final List<String> calls = new ArrayList<>();

    private void deliver(Holdfast holdfast, String text) {
        sources.branch("greeter", "main", sources.commit("greeter", Map.of("SKILL.md", text)));
        calls.clear();
        holdfast.install(InstallRequest.of(
                WorkspaceId.of("ws-1"),
                Source.parse("scripted://greeter#ref:main"),
                TargetAddress.parse("dir://" + place.resolve("plugins"))));
    }

    private Holdfast holdfast(boolean requires) {
        return Holdfast.builder()
                .store(InMemoryTrackingStore.create())
                .resolver(sources)
                .target(new Target(DirectoryTarget.create(), requires, calls))
                .build();
    }

    private String live() throws IOException {
        return Files.readString(place.resolve("plugins/greeter/SKILL.md"));
    }

    @Test
    void nothingIsLookedAtWhereWhatIsRecordedIsLive() throws IOException {
        try (Holdfast holdfast = holdfast(true)) {
            deliver(holdfast, "one");
            assertThat(calls).containsExactly("upload", "script");

            deliver(holdfast, "two");
            assertThat(calls).containsExactly("upload", "script");
        }
        assertThat(live()).isEqualTo("two");
    }

    @Test
    void aTargetThatCannotDemandALinkIsLookedAtAndNeverAsked() throws IOException {
        try (Holdfast holdfast = holdfast(false)) {
            deliver(holdfast, "one");
            deliver(holdfast, "two");
            assertThat(calls).containsExactly("upload", "look at greeter", "script");
        }
        assertThat(live()).isEqualTo("two");
    }

    @Test
    void aLivePathThatIsNotAsRecordedIsLookedAtAndReplaced() throws IOException {
        try (Holdfast holdfast = holdfast(true)) {
            deliver(holdfast, "one");
            Files.delete(place.resolve("plugins/greeter"));

            deliver(holdfast, "two");

            assertThat(calls).containsExactly("upload", "script", "look at greeter", "script");
        }
        assertThat(live()).isEqualTo("two");
    }

    private record Target(DeliveryTarget target, boolean requires, List<String> calls) implements DeliveryTarget {

        @Override
        public boolean serves(TargetAddress address) {
            return target.serves(address);
        }

        @Override
        public TargetSession open(TargetAddress address, Deadline deadline) {
            TargetSession session = target.open(address, deadline);
            return requires ? new Demanding(session, calls) : new Plain(session, calls);
        }
    }

    /** As the adapters of others, which do not know the step: {@code requiresLinks} is the default. */
    private static class Plain implements TargetSession {

        private final TargetSession session;
        private final List<String> calls;

        Plain(TargetSession session, List<String> calls) {
            this.session = session;
            this.calls = calls;
        }

        @Override
        public void upload(String directory, Bundle bundle, Progress progress) {
            calls.add("upload");
            session.upload(directory, bundle, progress);
        }

        @Override
        public Bundle download(String directory) {
            return session.download(directory);
        }

        @Override
        public ScriptResult run(FileScript script) {
            calls.add("script");
            if (!requiresLinks()) {
                assertThat(script.steps()).noneMatch(FileStep.RequireLink.class::isInstance);
            }
            return session.run(script);
        }

        @Override
        public Optional<Entry> stat(String path) {
            calls.add("look at " + path);
            return session.stat(path);
        }

        @Override
        public List<Entry> list(String directory) {
            return session.list(directory);
        }

        @Override
        public Optional<byte[]> read(String path, int maxBytes) {
            return session.read(path, maxBytes);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    private static final class Demanding extends Plain {

        Demanding(TargetSession session, List<String> calls) {
            super(session, calls);
        }

        @Override
        public boolean requiresLinks() {
            return true;
        }
    }
}
