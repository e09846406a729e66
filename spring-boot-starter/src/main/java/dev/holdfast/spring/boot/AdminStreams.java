package dev.holdfast.spring.boot;

import dev.holdfast.admin.AdminEvents;
import org.springframework.context.SmartLifecycle;

/** Ends the pages' streams of events before the web server waits for its requests, which it would take them for. */
final class AdminStreams implements SmartLifecycle {

    private final AdminEvents events;
    private volatile boolean running;

    AdminStreams(AdminEvents events) {
        this.events = events;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        events.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Asked by Spring 7, which pauses the contexts of tests: closed streams do not open again. */
    public boolean isPauseable() {
        return false;
    }

    /** Before all that Boot stops. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
