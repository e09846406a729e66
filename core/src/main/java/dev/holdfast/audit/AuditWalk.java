package dev.holdfast.audit;

import dev.holdfast.audit.AuditVerification.Broken;
import dev.holdfast.audit.AuditVerification.Kind;
import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.AuditChain.Head;
import dev.holdfast.spi.store.AuditChain.Stretch;
import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** One way along the chain, from what is kept to its end, some thousand seals at a time. */
final class AuditWalk {

    private static final int AT_A_TIME = 1000;

    private final AuditChain chain;
    private final Head head;
    private final Optional<AuditCheckpoint> checkpoint;
    private AuditSeal at;

    AuditWalk(AuditChain chain, Head head, Optional<AuditCheckpoint> checkpoint) {
        this.chain = chain;
        this.head = head;
        this.checkpoint = checkpoint;
        this.at = head.kept();
    }

    /** Returns how many seals fit so far. */
    long verified() {
        return at.number() - head.kept().number();
    }

    /** Returns the first that is wrong. */
    Optional<Broken> run() {
        Optional<Broken> broken = beginning();
        while (broken.isEmpty() && at.number() < head.newest().number()) {
            broken = stretch(chain.read(at, AT_A_TIME));
        }
        return broken.or(this::end);
    }

    private Optional<Broken> beginning() {
        return checkpoint
                .filter(given -> given.number() < at.number())
                .map(given -> broken(
                        Kind.CHECKPOINT_PRUNED,
                        given.number(),
                        given.entry(),
                        "the checkpoint is of number " + given.number() + ", and all up to " + at.number()
                                + " was pruned; give a newer checkpoint"))
                .or(() -> comparedWith(at));
    }

    private Optional<Broken> stretch(Stretch stretch) {
        Deque<AuditRow> rows = new ArrayDeque<>(stretch.rows());
        if (stretch.seals().isEmpty()) {
            return Optional.of(broken(
                    Kind.CUT,
                    at.number() + 1,
                    0,
                    "the seals end at number " + at.number() + ", and there were "
                            + head.newest().number()));
        }
        for (AuditSeal seal : stretch.seals()) {
            if (at.number() == head.newest().number()) {
                break;
            }
            Optional<Broken> broken = step(seal, rows);
            if (broken.isPresent()) {
                return broken;
            }
            at = seal;
        }
        return Optional.empty();
    }

    private Optional<Broken> step(AuditSeal seal, Deque<AuditRow> rows) {
        long number = at.number() + 1;
        if (seal.number() != number) {
            return Optional.of(broken(Kind.SEAL_MISSING, number, 0, "the seal of number " + number + " is gone"));
        }
        if (seal.entry() <= at.entry()) {
            return Optional.of(broken(
                    Kind.REORDERED,
                    number,
                    seal.entry(),
                    "entry " + seal.entry() + " stands behind entry " + at.entry()));
        }
        AuditRow row = rows.poll();
        if (row == null || row.id() > seal.entry()) {
            return Optional.of(
                    broken(Kind.DELETED, number, seal.entry(), "entry " + seal.entry() + " was sealed, and is gone"));
        }
        if (row.id() < seal.entry()) {
            return Optional.of(broken(
                    Kind.INSERTED,
                    number,
                    row.id(),
                    "entry " + row.id() + " was not there when entry " + seal.entry() + " was sealed"));
        }
        if (!SealHash.next(at, row).equals(seal)) {
            return Optional.of(
                    broken(Kind.CHANGED, number, row.id(), "entry " + row.id() + " or its seal is not what it was"));
        }
        return comparedWith(seal);
    }

    private Optional<Broken> comparedWith(AuditSeal seal) {
        return checkpoint
                .filter(given ->
                        given.number() == seal.number() && !given.hash().equals(seal.hash()))
                .map(given -> broken(
                        Kind.REPLACED,
                        seal.number(),
                        seal.entry(),
                        "the chain fits together, and is not that of the checkpoint: somewhere up to number "
                                + seal.number() + " it was made anew"));
    }

    private Optional<Broken> end() {
        if (!at.equals(head.newest())) {
            return Optional.of(broken(
                    Kind.CUT,
                    at.number(),
                    at.entry(),
                    "the chain ends in another hash than is recorded, or the record is gone"));
        }
        if (at.number() == 0 && !chain.read(at, 1).seals().isEmpty()) {
            return Optional.of(broken(Kind.CUT, 1, 0, "there are seals, and the record of where they end is gone"));
        }
        return checkpoint
                .filter(given -> given.number() > at.number())
                .map(given -> broken(
                        Kind.CUT,
                        at.number() + 1,
                        0,
                        "the chain ends at number " + at.number() + ", and the checkpoint is of number "
                                + given.number() + ": its end is gone"));
    }

    private static Broken broken(Kind kind, long number, long entry, String text) {
        return new Broken(kind, number, entry, text);
    }
}
