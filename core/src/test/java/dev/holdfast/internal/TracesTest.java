package dev.holdfast.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host's tracing that throws has no part in the work. */
@Timeout(60)
final class TracesTest {

    private static final Tracing.Step STEP = new Tracing.Step(Tracing.Kind.RELOAD, "ws-42");

    /** What a host makes of work for another thread. */
    private interface Carrier {

        <T> T run(Callable<T> work) throws Exception;
    }

    private static Workers carriedBy(Carrier carrier) {
        return Workers.on(Optional.empty(), Optional.of(new Tracing() {

            @Override
            public Span begin(Step step) {
                throw new LinkageError("broken");
            }

            @Override
            public <T> Callable<T> carried(Callable<T> work) {
                return () -> carrier.run(work);
            }
        }));
    }

    private static final Carrier BEFORE = new Carrier() {
        @Override
        public <T> T run(Callable<T> work) {
            throw new LinkageError("broken");
        }
    };

    private static final Carrier AFTER = new Carrier() {
        @Override
        public <T> T run(Callable<T> work) throws Exception {
            try {
                return work.call();
            } finally {
                breakDown();
            }
        }
    };

    private static void breakDown() {
        throw new LinkageError("broken");
    }

    private static final Carrier NEVER = new Carrier() {
        @Override
        @SuppressWarnings("NullAway")
        public <T> T run(Callable<T> work) {
            return null;
        }
    };

    private static final Carrier TWICE = new Carrier() {
        @Override
        @SuppressWarnings("NullAway")
        public <T> T run(Callable<T> work) throws Exception {
            T first = work.call();
            assertThat(work.call()).isSameAs(first);
            return null;
        }
    };

    private static final Carrier FATAL = new Carrier() {
        @Override
        public <T> T run(Callable<T> work) {
            throw new InternalError("the process is broken");
        }
    };

    @Test
    void workOfAnotherThreadIsDoneOnceWhateverTheHostMakesOfIt() {
        for (Carrier carrier : List.of(BEFORE, AFTER, NEVER, TWICE)) {
            AtomicInteger done = new AtomicInteger();
            try (Workers workers = carriedBy(carrier)) {
                assertThat(workers.outliving(STEP, done::incrementAndGet)).isEqualTo(1);
            }
            assertThat(done).hasValue(1);
        }
    }

    @Test
    void whatWorkOfAnotherThreadFailsWithIsWhatItsCallerGets() {
        for (Carrier carrier : List.of(BEFORE, AFTER, NEVER, TWICE)) {
            for (Throwable own : List.of(new IllegalStateException("its own"), new AssertionError("its own"))) {
                try (Workers workers = carriedBy(carrier)) {
                    assertThatThrownBy(() -> workers.outliving("work", () -> {
                                if (own instanceof Error error) {
                                    throw error;
                                }
                                throw (Exception) own;
                            }))
                            .isSameAs(own);
                }
            }
        }
    }

    @Test
    void workThatIsWatchedEndsWhateverTheHostMakesOfIt() {
        for (Carrier carrier : List.of(BEFORE, AFTER, NEVER, TWICE)) {
            List<String> done = new ArrayList<>();
            try (Workers workers = carriedBy(carrier)) {
                workers.watched(Duration.ofMillis(1), () -> {}, () -> done.add("work"));
            }
            assertThat(done).containsExactly("work");
        }
    }

    @Test
    void watchingEndsWhereTheWorkNeverBegan() {
        try (Workers workers = carriedBy(FATAL)) {
            assertThatThrownBy(() -> workers.watched(Duration.ofMillis(1), () -> {}, () -> {}))
                    .isInstanceOf(InternalError.class);
        }
    }

    @Test
    void aSpanThatThrowsErrorsChangesNothing() {
        Tracing.Span span = new Tracing.Span() {
            @Override
            public void failed(Throwable why) {
                throw new LinkageError("broken");
            }

            @Override
            public void close() {
                throw new LinkageError("broken");
            }
        };
        Traces traces = new Traces(Optional.of(new Tracing() {
            @Override
            public Span begin(Step step) {
                return span;
            }

            @Override
            public <T> Callable<T> carried(Callable<T> work) {
                throw new LinkageError("broken");
            }
        }));

        assertThat(traces.within(STEP, () -> "done")).isEqualTo("done");
        assertThatThrownBy(() -> traces.within(STEP, () -> {
                    throw new IllegalStateException("its own");
                }))
                .hasMessage("its own");
        assertThat(traces.carried(() -> "done")).isNotNull();
    }
}
