package dev.holdfast.audit;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.audit.AuditVerification.Broken;
import dev.holdfast.audit.AuditVerification.Kind;
import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.AuditChain.Head;
import dev.holdfast.spi.store.AuditChain.Unsealed;
import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Seals the audit, and finds out whether it is what was sealed. Sealing follows the writers at a distance, so none of
 * them waits for it; what is not sealed yet can be changed without a trace. Safe for use by several threads and nodes.
 */
public final class AuditTrail {

    private static final int AT_A_TIME = 1000;

    private final AuditChain chain;
    private final Consumer<HoldfastEvent> events;
    private final Clock clock;

    @Nullable private volatile Broken found;

    /** Creates it, for {@code Holdfast.build()}; a host calls {@code holdfast.auditTrail()}. */
    public AuditTrail(AuditChain chain, Consumer<HoldfastEvent> events, Clock clock) {
        this.chain = chain;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Seals what is new, as far as nothing can come before it any more, and tells {@link HoldfastEvent.AuditSealed}.
     * Any number of nodes may do so at once; who comes second does nothing.
     *
     * @return where the chain stands; empty if this call sealed nothing
     */
    public Optional<AuditCheckpoint> seal() {
        Optional<AuditCheckpoint> reached = Optional.empty();
        for (boolean more = true; more && !Thread.currentThread().isInterrupted(); ) {
            Unsealed unsealed = chain.unsealed(AT_A_TIME);
            List<AuditSeal> seals = seals(unsealed);
            more = !seals.isEmpty() && chain.extend(unsealed.after(), seals);
            if (more) {
                reached = Optional.of(AuditCheckpoint.of(seals.get(seals.size() - 1), clock.instant()));
            }
        }
        reached.map(HoldfastEvent.AuditSealed::new).ifPresent(events);
        return reached;
    }

    private static List<AuditSeal> seals(Unsealed unsealed) {
        List<AuditSeal> seals = new ArrayList<>();
        AuditSeal last = unsealed.after();
        for (AuditRow row : unsealed.rows()) {
            last = SealHash.next(last, row);
            seals.add(last);
        }
        return seals;
    }

    /** Returns where the chain stands: a line to keep outside the database. */
    public AuditCheckpoint checkpoint() {
        return AuditCheckpoint.of(chain.head().newest(), clock.instant());
    }

    /**
     * Looks through all that is sealed, a thousand entries at a time, and names the first that is not as it was sealed.
     * Without a checkpoint, a chain whose end was taken off together with the record of it, or that was made anew,
     * passes.
     *
     * @see #verify(AuditCheckpoint)
     */
    public AuditVerification verify() {
        return verified(Optional.empty());
    }

    /**
     * As {@link #verify()}, and compares the chain with what it was.
     *
     * @param known a checkpoint that was kept outside the database
     */
    public AuditVerification verify(AuditCheckpoint known) {
        return verified(Optional.of(known));
    }

    /** Returns what the last look of this process found; empty if nothing is wrong, or nobody has looked. */
    public Optional<Broken> found() {
        return Optional.ofNullable(found);
    }

    private AuditVerification verified(Optional<AuditCheckpoint> known) {
        AuditVerification result = look(known);
        Broken before = found;
        // A checkpoint that is too old says nothing about the audit.
        Optional<Broken> broken = result.broken().filter(one -> one.kind() != Kind.CHECKPOINT_PRUNED);
        found = broken.orElse(null);
        broken.filter(one -> !one.equals(before))
                .map(HoldfastEvent.AuditBroken::new)
                .ifPresent(events);
        return result;
    }

    /** Looks again where entries were pruned meanwhile. */
    private AuditVerification look(Optional<AuditCheckpoint> known) {
        while (true) {
            Head head = chain.head();
            AuditWalk walk = new AuditWalk(chain, head, known);
            Optional<Broken> broken = walk.run();
            if (broken.isEmpty() || chain.head().kept().equals(head.kept())) {
                return new AuditVerification(
                        broken,
                        head.kept().number(),
                        walk.verified(),
                        head.unsealed(),
                        AuditCheckpoint.of(head.newest(), clock.instant()));
            }
        }
    }
}
