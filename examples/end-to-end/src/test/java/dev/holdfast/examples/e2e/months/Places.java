package dev.holdfast.examples.e2e.months;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.testkit.FaultyTarget;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The directory of each workspace, which may be away for a time, and the log of what was live there. */
final class Places {

    private final Path root;
    private final Map<InstallKey, LiveLog> logs = new LinkedHashMap<>();
    private final Map<TargetAddress, HoldfastException> away = new ConcurrentHashMap<>();
    private final FaultyTarget faults =
            FaultyTarget.around(DirectoryTarget.create().durable(false));

    Places(Path root, Clock clock, Iterable<InstallKey> keys) {
        this.root = root;
        keys.forEach(key -> logs.put(key, new LiveLog(directory(key.workspace()), key.plugin(), clock)));
    }

    Path directory(WorkspaceId workspace) {
        return root.resolve(workspace.value());
    }

    TargetAddress address(WorkspaceId workspace) {
        return TargetAddress.parse("dir://" + directory(workspace));
    }

    LiveLog log(InstallKey key) {
        return Objects.requireNonNull(logs.get(key));
    }

    /** Returns the target to break: what it loses is lost in the place that is written to next. */
    FaultyTarget faults() {
        return faults;
    }

    /** The host of the workspace does not answer. */
    void unplug(WorkspaceId workspace) {
        away.put(
                address(workspace),
                new TransientException(Reason.UNREACHABLE, "the host is down, as the year wants it; try again later"));
    }

    /** The container of the workspace is stopped. */
    void stop(WorkspaceId workspace) {
        away.put(
                address(workspace),
                new PermanentException(
                        Reason.TARGET_UNUSABLE, "the container is stopped, as the year wants it; start it"));
    }

    void bringBack(WorkspaceId workspace) {
        away.remove(address(workspace));
    }

    boolean isAway(WorkspaceId workspace) {
        return away.containsKey(address(workspace));
    }

    /** Returns the target as nodes reach it. */
    DeliveryTarget target() {
        return Seam.around(DeliveryTarget.class, faults, (method, arguments, real) -> {
            if (!method.getName().equals("open")) {
                return real.call();
            }
            TargetAddress address = (TargetAddress) arguments[0];
            checkThere(address);
            return session(address, (TargetSession) real.call());
        });
    }

    private TargetSession session(TargetAddress address, TargetSession session) {
        return Seam.around(TargetSession.class, session, (method, arguments, real) -> {
            if (method.getName().equals("close")) {
                return real.call();
            }
            checkThere(address);
            try {
                return real.call();
            } finally {
                if (method.getName().equals("run")) {
                    look(address);
                }
            }
        });
    }

    private void checkThere(TargetAddress address) {
        HoldfastException fault = away.get(address);
        if (fault != null) {
            throw fault;
        }
    }

    private void look(TargetAddress address) {
        logs.forEach((key, log) -> {
            if (address(key.workspace()).equals(address)) {
                log.look();
            }
        });
    }
}
