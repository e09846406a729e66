package dev.holdfast.contracts.delivery;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What all cases about the life of a plugin on a target stand on: the target under test, and a story on it. */
abstract class LifeCases {

    PluginStory story;

    /** Returns the target under test. */
    protected abstract DeliveryTarget target();

    /** Returns an address that no test has used. */
    protected abstract TargetAddress address();

    @BeforeEach
    final void begin() {
        story = new PluginStory(target(), address());
    }

    @AfterEach
    final void end() {
        story.close();
    }
}
