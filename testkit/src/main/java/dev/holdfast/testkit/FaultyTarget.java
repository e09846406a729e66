package dev.holdfast.testkit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A target that breaks when a test says so: wraps a real one and does exactly what it does otherwise. A script that
 * only asks is none that a fault waits for. Safe for use by several threads.
 */
public final class FaultyTarget implements DeliveryTarget {

    private final DeliveryTarget target;
    private final Queue<Fault> faults = new ArrayDeque<>();
    private final AtomicBoolean down = new AtomicBoolean();

    private FaultyTarget(DeliveryTarget target) {
        this.target = target;
    }

    /** Returns {@code target} with faults to come. */
    public static FaultyTarget around(DeliveryTarget target) {
        return new FaultyTarget(target);
    }

    private record Fault(Runnable before, boolean performed, boolean lost, Predicate<FileStep> until) {

        Fault(Runnable before, boolean performed, boolean lost) {
            this(before, performed, lost, step -> true);
        }
    }

    /** The next script is not performed, and its outcome is unknown to the caller. */
    public void loseNextScript() {
        plan(new Fault(() -> {}, false, true));
    }

    /** The next script is performed, and its outcome is unknown to the caller. */
    public void loseNextAnswer() {
        plan(new Fault(() -> {}, true, true));
    }

    /** Before the next script runs, {@code meanwhile} runs: what happens while this caller stalls. */
    public void beforeNextScript(Runnable meanwhile) {
        plan(new Fault(meanwhile, true, false));
    }

    /**
     * The next script stalls before its first step that is {@code stalling}: {@code meanwhile} runs, then the rest of
     * it. If {@code meanwhile} throws, the rest is never performed. A script without such a step stalls at its end.
     */
    public void withinNextScript(Predicate<FileStep> stalling, Runnable meanwhile) {
        plan(new Fault(meanwhile, true, false, stalling));
    }

    /** Lets the next script pass, so that a fault planned after it meets the one that follows. */
    public void letOneScriptPass() {
        plan(new Fault(() -> {}, true, false));
    }

    /** From now on nothing can be reached, or everything again. */
    public void down(boolean unreachable) {
        down.set(unreachable);
    }

    @Override
    public boolean serves(TargetAddress address) {
        return target.serves(address);
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        checkUp();
        return new Session(target.open(address, deadline));
    }

    private synchronized void plan(Fault fault) {
        faults.add(fault);
    }

    private synchronized Optional<Fault> next() {
        return Optional.ofNullable(faults.poll());
    }

    private void checkUp() {
        if (down.get()) {
            throw new TransientException(
                    Reason.UNREACHABLE, "the target is down, as the test wants it; try again later");
        }
    }

    private final class Session implements TargetSession {

        private final TargetSession session;

        Session(TargetSession session) {
            this.session = session;
        }

        @Override
        public void upload(String directory, Bundle bundle, Progress progress) {
            checkUp();
            session.upload(directory, bundle, progress);
        }

        @Override
        public Bundle download(String directory) {
            checkUp();
            return session.download(directory);
        }

        @Override
        public ScriptResult run(FileScript script) {
            checkUp();
            Optional<Fault> fault = script.onlyAsks() ? Optional.empty() : next();
            if (fault.isEmpty()) {
                return session.run(script);
            }
            int first = first(script, fault.get().until());
            ScriptResult begun = part(script, 0, first);
            if (begun instanceof ScriptResult.Failed) {
                return begun;
            }
            fault.get().before().run();
            if (fault.get().performed()) {
                ScriptResult result = part(script, first, script.steps().size());
                if (fault.filter(Fault::lost).isEmpty()) {
                    return whole((ScriptResult.Completed) begun, result);
                }
            }
            throw new TransientException(
                    Reason.UNREACHABLE, "the connection was lost, as the test wants it; look again");
        }

        private static ScriptResult whole(ScriptResult.Completed begun, ScriptResult rest) {
            return rest instanceof ScriptResult.Completed done
                    ? new ScriptResult.Completed(Stream.concat(begun.answers().stream(), done.answers().stream())
                            .toList())
                    : rest;
        }

        private int first(FileScript script, Predicate<FileStep> until) {
            List<FileStep> steps = script.steps();
            return (int) steps.stream().takeWhile(until.negate()).count();
        }

        private ScriptResult part(FileScript script, int from, int to) {
            if (from == to) {
                return new ScriptResult.Completed();
            }
            ScriptResult result = session.run(new FileScript(script.steps().subList(from, to)));
            return result instanceof ScriptResult.Failed failed
                    ? new ScriptResult.Failed(from + failed.step(), failed.reason(), failed.message())
                    : result;
        }

        @Override
        public boolean requiresLinks() {
            return session.requiresLinks();
        }

        @Override
        public Optional<Entry> stat(String path) {
            checkUp();
            return session.stat(path);
        }

        @Override
        public List<Entry> list(String directory) {
            checkUp();
            return session.list(directory);
        }

        @Override
        public Optional<byte[]> read(String path, int maxBytes) {
            checkUp();
            return session.read(path, maxBytes);
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
