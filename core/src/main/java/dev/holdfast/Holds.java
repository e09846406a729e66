package dev.holdfast;

import dev.holdfast.internal.Contained;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import java.util.ArrayList;
import java.util.List;

/** The holds of readers, read from targets; and a person's word against one of them. */
final class Holds {

    private final Engine engine;

    Holds(Engine engine) {
        this.engine = engine;
    }

    HoldReport list(WorkspaceId workspace) {
        List<ReaderHold> holds = new ArrayList<>();
        List<HoldReport.Unread> unread = new ArrayList<>();
        Page.stream(page -> engine.store().installs().list(workspace, page)).forEach(install -> {
            try {
                Contained.run("asking for holds of " + install.key(), () -> holds.addAll(list(install)));
            } catch (HoldfastException e) {
                unread.add(new HoldReport.Unread(install, String.valueOf(e.getMessage())));
            }
        });
        return new HoldReport(holds, unread);
    }

    private List<ReaderHold> list(Install install) {
        try (TargetSession session = engine.targets()
                .open(install.address(), Deadline.after(engine.timings().recover()))) {
            return list(install.key(), install.address(), session);
        }
    }

    private List<ReaderHold> list(InstallKey key, TargetAddress address, TargetSession session) {
        return engine.installer().holds(session, key.plugin()).list().stream()
                .map(held -> ReaderHold.of(key, address, held))
                .toList();
    }

    /**
     * As {@link #list(WorkspaceId)}; empty if the target cannot be asked, which changes nothing about what was done
     * before.
     */
    List<ReaderHold> listIfPossible(Install install, TargetSession session) {
        try {
            return list(install.key(), install.address(), session);
        } catch (HoldfastException e) {
            return List.of();
        }
    }

    boolean end(ReaderHold hold, String actor) {
        engine.store()
                .audit()
                .append(AuditEntry.of(actor, "break-hold", "hold of " + hold.holder() + " on release " + hold.stamp())
                        .about(hold.key()));
        try (TargetSession session = engine.targets()
                .open(hold.address(), Deadline.after(engine.timings().recover()))) {
            return engine.installer().holds(session, hold.key().plugin()).end(hold.stamp(), hold.holder());
        }
    }
}
