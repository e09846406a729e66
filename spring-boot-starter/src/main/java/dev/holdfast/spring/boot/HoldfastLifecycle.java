package dev.holdfast.spring.boot;

import dev.holdfast.Holdfast;
import org.springframework.context.SmartLifecycle;

/**
 * Starts Holdfast before the web server takes requests, and closes it after the last one was answered. A context that
 * is stopped and started again needs a new Holdfast, so it is not paused.
 */
final class HoldfastLifecycle implements SmartLifecycle {

    /**
     * Below the two phases of Boot's web server, which are not referred to: their class has moved between the lines of
     * Boot.
     */
    static final int PHASE = Integer.MAX_VALUE - 4096;

    private final Holdfast holdfast;
    private final boolean autoStart;
    private volatile boolean running;

    HoldfastLifecycle(Holdfast holdfast, boolean autoStart) {
        this.holdfast = holdfast;
        this.autoStart = autoStart;
    }

    @Override
    public void start() {
        holdfast.start();
        running = true;
    }

    /** Waits a bounded time for work under way; what does not end is left to recovery. */
    @Override
    public void stop() {
        holdfast.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isAutoStartup() {
        return autoStart;
    }

    /** Asked by Spring 7, which pauses the contexts of tests. */
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
