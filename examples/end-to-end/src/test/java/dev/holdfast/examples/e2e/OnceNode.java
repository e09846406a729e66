package dev.holdfast.examples.e2e;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One node of {@link ExactlyOnceIT}: applies each of the twenty updates twice, all at once, and writes down what it was
 * answered. At its point, if it has one, it stands still until somebody kills it or lets it go on.
 */
final class OnceNode {

    private static final int CALLS_EACH = 2;

    private final OncePlace place;
    private final int number;
    private final Holdfast holdfast;

    private OnceNode(OncePlace place, int number, Holdfast holdfast) {
        this.place = place;
        this.number = number;
        this.holdfast = holdfast;
    }

    /** The arguments: url, schema, directory, number, and a pattern of the point or "nowhere". */
    public static void main(String[] arguments) throws Exception {
        OncePlace place = new OncePlace(arguments[0], arguments[1], Path.of(arguments[2]));
        String name = "node-" + arguments[3];
        boolean faulty = !arguments[4].equals("nowhere");
        Failpoints points = Failpoints.at(point -> faulty && point.toString().matches(arguments[4]), () -> {
            place.append(name + ".at", "here");
            place.await(name + ".on");
        });
        try (JdbcTrackingStore store = place.store("postgres");
                Holdfast holdfast = place.node(name, store, OncePlace.upstream("v2.0.0"), points)) {
            holdfast.start();
            new OnceNode(place, Integer.parseInt(arguments[3]), holdfast).run(name, faulty);
        }
    }

    private void run(String name, boolean faulty) throws InterruptedException {
        List<Thread> callers = new ArrayList<>();
        for (Update update : holdfast.updates().pending().toList()) {
            // A faulty node is the first to take hold of its share, so that it certainly holds some when it fails.
            String sign = faulty && workspace(update) % OncePlace.NODES == number ? "faulty" : "go";
            for (int call = 0; call < CALLS_EACH; call++) {
                boolean hangsUp = callers.size() % 10 == 9;
                callers.add(new Thread(() -> call(name, update, sign, hangsUp)));
            }
        }
        callers.forEach(Thread::start);
        place.append(name + ".ready", Integer.toString(callers.size()));
        for (Thread caller : callers) {
            caller.join();
        }
    }

    private static int workspace(Update update) {
        String name = ((PluginSubject) update.subject()).key().workspace().value();
        return Integer.parseInt(name.substring("ws-".length()));
    }

    private void call(String name, Update update, String sign, boolean hangsUp) {
        place.await(sign);
        if (hangsUp) {
            Thread caller = Thread.currentThread();
            new Thread(() -> {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
                        caller.interrupt();
                    })
                    .start();
        }
        place.append(name + ".answers", update.id() + " " + answer(name, update, hangsUp));
    }

    private String answer(String name, Update update, boolean hangsUp) {
        try {
            ApplyResult result = holdfast.updates().apply(update.id(), update.to(), name);
            return result instanceof ApplyResult.Applied || result instanceof ApplyResult.AlreadyApplied
                    ? result.getClass().getSimpleName()
                    : result.toString();
        } catch (HoldfastException e) {
            boolean hungUp = Thread.interrupted() && hangsUp && e.reason() == Reason.TIMEOUT;
            return hungUp ? "hung up" : e.reason() + " " + e.getMessage();
        }
    }
}
