package dev.holdfast;

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
import dev.holdfast.trust.Judgement;
import dev.holdfast.trust.TrustSubject;
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
                        () -> changes(update, install, deadline));
    }

    /** The place is left before the source is asked, which may take its time. */
    private UpdateChanges changes(Update update, Install install, Deadline deadline) {
        TrustSubject subject = Works.subject(install, update, update.actor());
        ReleaseFiles live = live(install, deadline);
        History history = history(update, install, deadline);
        Judgement trust = engine.trust().look(subject, deadline);
        try (Bundle offered = engine.resolvers().fetch(install.origin().source(), update.to(), deadline)) {
            return new UpdateChanges(
                    history, live.to(offered), trust, engine.trust().look(subject, trust, offered, deadline));
        } catch (IOException e) {
            throw new TransientException(
                    Reason.UNREACHABLE, "revision " + update.to() + " could not be read: " + e.getMessage(), e);
        }
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

    private ReleaseFiles live(Install install, Deadline deadline) {
        try (TargetSession session = engine.targets().open(install.address(), deadline)) {
            return engine.installer()
                    .files(session, install.plugin(), install.release().stamp())
                    .orElseGet(() -> engine.installer().noFiles());
        }
    }
}
