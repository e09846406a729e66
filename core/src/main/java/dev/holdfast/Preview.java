package dev.holdfast;

import dev.holdfast.spi.Bundle;
import dev.holdfast.spi.BundleEntry;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.SourceHistory.History;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetSession;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what an update would change, without changing anything. */
final class Preview {

    private static final Logger LOG = LoggerFactory.getLogger(Preview.class);
    private static final int MOST_COMMITS = 100;

    private final Engine engine;

    Preview(Engine engine) {
        this.engine = engine;
    }

    UpdateChanges of(Update update, Install install) {
        Deadline deadline = Deadline.after(engine.timings().operation());
        return engine.workers()
                .within(
                        deadline,
                        "comparing what update " + update.id() + " would change",
                        () -> new UpdateChanges(
                                history(update, install, deadline),
                                FileDifference.between(live(install, deadline), offered(update, install, deadline))));
    }

    private History history(Update update, Install install, Deadline deadline) {
        try {
            return engine.resolvers()
                    .history(install.origin().upstream(), install.revision(), update.to(), MOST_COMMITS, deadline);
        } catch (HoldfastException e) {
            LOG.info("the history of update {} is not known: {}", update.id(), e.getMessage());
            return History.unknown();
        }
    }

    private TreeManifest live(Install install, Deadline deadline) {
        try (TargetSession session = engine.targets().open(install.address(), deadline)) {
            Stamp stamp = install.release().stamp();
            Optional<Marker> marker = engine.installer().marker(session, install.plugin(), stamp);
            return marker.map(Marker::tree)
                    .orElseThrow(() -> new PermanentException(
                            Reason.CONFLICT,
                            "what is recorded of '" + install.key()
                                    + "' is not on its target; verify and repair it first"));
        }
    }

    /** Reads the whole bundle as a delivery would, limits and refusals included; it is cached by then. */
    private TreeManifest offered(Update update, Install install, Deadline deadline) {
        BundleGuard guard = new BundleGuard(engine.installer().limits());
        try (Bundle bundle = engine.resolvers().fetch(install.origin().source(), update.to(), deadline);
                Bundle.Entries entries = bundle.open()) {
            for (BundleEntry entry = entries.next(); entry != null; entry = entries.next()) {
                guard.admit(entry);
                if (entry instanceof BundleEntry.File file) {
                    guard.read(file.path(), TreeManifest.hash(entries.content()));
                }
            }
            return guard.manifest();
        } catch (IOException e) {
            throw new TransientException(
                    Reason.UNREACHABLE, "revision " + update.to() + " could not be read: " + e.getMessage(), e);
        }
    }
}
