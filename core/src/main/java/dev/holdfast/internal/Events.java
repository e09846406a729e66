package dev.holdfast.internal;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastListener;
import dev.holdfast.spi.HoldfastException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the host's listeners; one that throws hurts nobody. */
public record Events(List<HoldfastListener> listeners) {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    public Events {
        listeners = List.copyOf(listeners);
    }

    public void tell(HoldfastEvent event) {
        String kind = event.getClass().getSimpleName();
        LOG.atDebug().addKeyValue("event", kind).log("{}", event);
        for (HoldfastListener listener : listeners) {
            try {
                Contained.run("a listener at " + kind, () -> listener.on(event));
            } catch (HoldfastException e) {
                LOG.atWarn().addKeyValue("event", kind).log("a listener did not take in {}: {}", kind, e.getMessage());
            }
        }
    }
}
