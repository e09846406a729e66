package dev.holdfast.contracts.store;

import dev.holdfast.HoldfastBuilder;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What all cases about drift and updates stand on: an empty store, and two nodes that share it. */
abstract class DriftCases {

    static final PluginName GREETER = PluginName.of("greeter");
    static final WorkspaceId WS = WorkspaceId.of("ws-1");

    @TempDir
    Path root;

    TrackingStore store;
    DriftStory story;

    /** Returns an empty store whose times are measured by {@code clock}. */
    protected abstract TrackingStore store(MutableClock clock);

    /** Sets what a host sets besides. */
    HoldfastBuilder settings(HoldfastBuilder host) {
        return host;
    }

    @BeforeEach
    final void begin() {
        MutableClock clock = MutableClock.create();
        store = store(clock);
        story = new DriftStory(clock, store, root, this::settings);
    }

    @AfterEach
    final void end() {
        story.close();
    }
}
