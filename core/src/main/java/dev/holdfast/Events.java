package dev.holdfast;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the host's listeners; one that throws hurts nobody. */
record Events(List<HoldfastListener> listeners) {

    private static final Logger LOG = LoggerFactory.getLogger(Holdfast.class);

    Events {
        listeners = List.copyOf(listeners);
    }

    void tell(HoldfastEvent event) {
        String kind = event.getClass().getSimpleName();
        LOG.atDebug().addKeyValue("event", kind).log("{}", event);
        for (HoldfastListener listener : listeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                LOG.atWarn().addKeyValue("event", kind).setCause(e).log("a listener failed at {}", kind);
            }
        }
    }
}
