package dev.holdfast;

import dev.holdfast.release.FileDifference;
import dev.holdfast.release.ReleaseFiles;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.source.SourceHistory.History;
import java.io.IOException;
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
                                files(update, install, deadline),
                                engine.trust().look(Works.subject(install, update, update.actor()), deadline)));
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

    /** The place is left before the source is asked, which may take its time. */
    private FileDifference files(Update update, Install install, Deadline deadline) {
        ReleaseFiles live = live(install, deadline);
        try (Bundle offered = engine.resolvers().fetch(install.origin().source(), update.to(), deadline)) {
            return live.to(offered);
        } catch (IOException e) {
            throw new TransientException(
                    Reason.UNREACHABLE, "revision " + update.to() + " could not be read: " + e.getMessage(), e);
        }
    }

    private ReleaseFiles live(Install install, Deadline deadline) {
        try (TargetSession session = engine.targets().open(install.address(), deadline)) {
            return engine.installer()
                    .files(session, install.plugin(), install.release().stamp())
                    .orElseGet(() -> engine.installer().noFiles());
        }
    }
}
