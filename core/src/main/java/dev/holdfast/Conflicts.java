package dev.holdfast;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.store.InstallStore;
import java.util.Optional;

/**
 * What the record says against a change. It is asked before the network, so that a wrong request ends early, and again
 * once the operation is open: from then on nobody else records anything for its key or its destination.
 */
record Conflicts(InstallStore installs) {

    /**
     * Returns what is recorded of the key that a request is about.
     *
     * @throws PermanentException with {@link Reason#CONFLICT} if the request contradicts what is recorded
     */
    Optional<Install> check(InstallRequest request, Origin origin) {
        InstallKey key = request.key();
        installs.at(new Destination(request.address(), request.plugin()))
                .filter(other -> !other.key().equals(key))
                .ifPresent(other -> {
                    throw conflict(request.address() + "/" + request.plugin() + " belongs to workspace '"
                            + other.workspace() + "'; choose another name or address");
                });
        Optional<Install> existing = installs.find(key);
        existing.ifPresent(install -> {
            if (!install.address().equals(request.address())) {
                throw conflict("'" + key + "' is installed at " + install.address() + "; uninstall it there first");
            }
            if (!install.origin().upstream().equals(origin.upstream()) && !request.replaceSource()) {
                throw conflict(
                        "'" + key + "' was installed from " + install.origin().source()
                                + "; give this one another name, or allow the source to be replaced");
            }
        });
        return existing;
    }

    /** Returns whether the record is what it was when it was read; who decides on updates does not count. */
    boolean isStill(InstallKey key, Optional<Install> read) {
        return isAlike(installs.find(key), read);
    }

    static boolean isAlike(Optional<Install> one, Optional<Install> other) {
        return one.map(Conflicts::state).equals(other.map(Conflicts::state));
    }

    private static Object state(Install install) {
        return java.util.List.of(install.address(), install.origin(), install.release());
    }

    private static PermanentException conflict(String message) {
        return new PermanentException(Reason.CONFLICT, message);
    }
}
