package dev.holdfast.examples.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that names only {@code holdfast-core} compiles against the SPI, and its own parts work. */
final class CoreOnlyTest {

    @TempDir
    private Path root;

    @Test
    void aHostBringsItsOwnSourceAndTarget() {
        NoteResolver notes = new NoteResolver();
        TrackingStore store = InMemoryTrackingStore.create();
        notes.write("welcome", "Hello.");
        try (Holdfast holdfast = Holdfast.builder()
                .resolver(notes)
                .target(new SharedFolders(root))
                .store(store)
                .build()) {
            holdfast.install(InstallRequest.of(
                    WorkspaceId.of("team-a"),
                    Source.parse("note://welcome"),
                    TargetAddress.parse("share://team-a/notes")));
            Revision changed = notes.write("welcome", "Good morning.");

            holdfast.sweeper().check(Source.parse("note://welcome"));
            Update update = holdfast.updates().pending().findFirst().orElseThrow();
            holdfast.updates().apply(update.id(), changed, "alice");

            assertThat(root.resolve("team-a/notes/welcome/note.txt")).hasContent("Good morning.");
        }
    }
}
