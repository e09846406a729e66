package dev.holdfast.delivery.ssh;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The directories of a host that were looked at on one connection. Safe for use by several threads. */
final class SeenRoots {

    /** More are forgotten all at once, and looked at again. */
    static final int MOST = 10_000;

    private final Map<String, String> users = new HashMap<>();

    /** Notes the number of the user there; empty if the host does not say. */
    synchronized void add(String root, String user) {
        if (users.size() >= MOST) {
            users.clear();
        }
        users.put(root, user);
    }

    /** Returns the number of the user there; absent if the directory was not looked at. */
    synchronized Optional<String> user(String root) {
        return Optional.ofNullable(users.get(root));
    }

    synchronized void clear() {
        users.clear();
    }
}
