package dev.holdfast.contracts.store;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.PosixScript;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Does not let some trees go, counts how often it was opened, and notes the longest command that a script would be. */
final class StubbornTarget implements DeliveryTarget {

    private final DeliveryTarget target;
    private final Set<String> kept = ConcurrentHashMap.newKeySet();
    private int opened;
    private int longest;

    StubbornTarget(DeliveryTarget target) {
        this.target = target;
    }

    void keep(String path) {
        kept.add(path);
    }

    void letGo() {
        kept.clear();
    }

    int opened() {
        return opened;
    }

    int longestCommand() {
        return longest;
    }

    @Override
    public boolean serves(TargetAddress address) {
        return target.serves(address);
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        opened++;
        return new Session(target.open(address, deadline));
    }

    private final class Session implements TargetSession {

        private final TargetSession session;

        Session(TargetSession session) {
            this.session = session;
        }

        @Override
        public ScriptResult run(FileScript script) {
            longest = Math.max(
                    longest,
                    PosixScript.of("/srv/plugins", script).commandLine().length());
            List<FileStep> steps = script.steps();
            for (int i = 0; i < steps.size(); i++) {
                if (steps.get(i) instanceof FileStep.RemoveTree tree && kept.contains(tree.path())) {
                    ScriptResult before =
                            i == 0 ? new ScriptResult.Completed() : session.run(new FileScript(steps.subList(0, i)));
                    return before instanceof ScriptResult.Failed
                            ? before
                            : new ScriptResult.Failed(i, Reason.TARGET_READ_ONLY, "Operation not permitted");
                }
            }
            return session.run(script);
        }

        @Override
        public void upload(String directory, Bundle bundle, Progress progress) {
            session.upload(directory, bundle, progress);
        }

        @Override
        public Bundle download(String directory) {
            return session.download(directory);
        }

        @Override
        public boolean requiresLinks() {
            return session.requiresLinks();
        }

        @Override
        public Optional<Entry> stat(String path) {
            return session.stat(path);
        }

        @Override
        public List<Entry> list(String directory) {
            return session.list(directory);
        }

        @Override
        public Optional<byte[]> read(String path, int maxBytes) {
            return session.read(path, maxBytes);
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
