package dev.holdfast.admin;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one page has not got yet, written without waiting. While the container can take no more the stream is parked,
 * and goes on where the container calls back. It ends there too: a container may leave a request open for good that is
 * ended at another moment.
 */
final class EventStream implements WriteListener, AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final int MOST = 500;

    private final AsyncContext context;
    private final ServletOutputStream out;
    private final Consumer<EventStream> onEnd;
    private final Deque<byte[]> events = new ArrayDeque<>();
    private boolean parked = true;
    private boolean flush;
    private boolean ending;
    private boolean ended;

    EventStream(AsyncContext context, Consumer<EventStream> onEnd) throws IOException {
        this.context = context;
        this.out = context.getResponse().getOutputStream();
        this.onEnd = onEnd;
    }

    void open() {
        context.addListener(this);
        out.setWriteListener(this);
    }

    /** Keeps an event for {@link #write}. Without room the stream ends: a gap that nobody notices would be worse. */
    synchronized void add(byte[] event) {
        if (events.size() >= MOST) {
            ending = true;
        }
        if (ending) {
            events.clear();
        } else {
            events.add(event);
        }
    }

    /** Writes as much as the container takes now. */
    synchronized void write() {
        if (!parked && !ended) {
            pump();
        }
    }

    private void pump() {
        try {
            while (out.isReady()) {
                if (ending) {
                    end();
                    return;
                }
                if (flush) {
                    flush = false;
                    out.flush();
                    continue;
                }
                byte[] event = events.poll();
                if (event == null) {
                    return;
                }
                out.write(event);
                flush = events.isEmpty();
            }
            parked = true;
        } catch (IOException | IllegalStateException e) {
            failed(e);
        }
    }

    @Override
    public synchronized void onWritePossible() {
        if (!ended) {
            parked = false;
            pump();
        }
    }

    @Override
    public synchronized void onError(Throwable failure) {
        failed(failure);
    }

    private void failed(Throwable failure) {
        LOG.debug("a page has gone", failure);
        end();
    }

    /** Ends the stream: now if the container waits for us, else where it calls back. */
    synchronized void close() {
        ending = true;
        events.clear();
        write();
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        events.clear();
        onEnd.accept(this);
        try {
            context.complete();
        } catch (IllegalStateException e) {
            LOG.debug("the container had ended the stream already", e);
        }
    }

    @Override
    public synchronized void onComplete(AsyncEvent event) {
        ended = true;
        onEnd.accept(this);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        onError(new IOException("the container ends streams that are open for long"));
    }

    @Override
    public void onError(AsyncEvent event) {
        onError(event.getThrowable());
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it anew.
    }
}
