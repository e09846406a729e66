package dev.holdfast.store.jdbc;

import java.sql.SQLException;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says whether a transaction took place whose connection was lost in the commit. Each transaction that writes also
 * writes a number into a row that no other transaction uses at that time. What the row holds afterwards is the answer,
 * on whichever server: a transaction number would belong to one server, and another may have given it to somebody
 * else's work after a failover.
 */
final class CommitMarks {

    private final String owner = UUID.randomUUID().toString();
    private final Queue<Integer> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger slots = new AtomicInteger();
    private final AtomicLong numbers = new AtomicLong();

    /** A row, and the number that one transaction writes into it. */
    record Mark(int slot, long number) {}

    /** Returns a row that is ours until {@link #giveBack}. */
    Mark take() {
        Integer slot = free.poll();
        return new Mark(slot == null ? slots.incrementAndGet() : slot, numbers.incrementAndGet());
    }

    /** Lets others have the row. One whose transaction may still be under way is never given back. */
    void giveBack(Mark mark) {
        free.add(mark.slot());
    }

    void write(Session session, Mark mark) {
        session.later("""
                INSERT INTO @.commit_mark (owner, slot, mark, changed_at) VALUES (?, ?, ?, now())
                ON CONFLICT (owner, slot) DO UPDATE SET mark = excluded.mark, changed_at = excluded.changed_at
                """, owner, mark.slot(), mark.number());
    }

    /** Waits for the transaction if it is under way, and returns whether it was committed. */
    boolean isWritten(Session session, Mark mark) throws SQLException {
        long found = session.first(row -> row.getLong("mark"), """
                        INSERT INTO @.commit_mark AS m (owner, slot, mark, changed_at) VALUES (?, ?, 0, now())
                        ON CONFLICT (owner, slot) DO UPDATE SET changed_at = m.changed_at
                        RETURNING m.mark
                        """, owner, mark.slot())
                .orElseThrow();
        return found == mark.number();
    }
}
