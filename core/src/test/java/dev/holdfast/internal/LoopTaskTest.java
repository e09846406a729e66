package dev.holdfast.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class LoopTaskTest {

    private final Queue<Supplier<Throwable>> failures = new ArrayDeque<>();
    private final LoopTask beat = new LoopTask(
            "sweep", Duration.ofMinutes(1), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> next(failures.poll()));

    private static void next(@org.jspecify.annotations.Nullable Supplier<Throwable> failure) {
        if (failure != null) {
            LoopTaskTest.<RuntimeException>sneak(failure.get());
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable what) throws T {
        throw (T) what;
    }

    private static TransientException storeDown() {
        return new TransientException(Reason.STORE, "the database is away, attempt " + System.nanoTime());
    }

    private String logged(int rounds) {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            for (int i = 0; i < rounds; i++) {
                beat.run();
            }
        } finally {
            System.setErr(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void noThrowableOfAnyKindLeavesARound() {
        failures.add(OutOfMemoryError::new);
        failures.add(() -> new java.io.IOException("checked"));

        beat.run();
        beat.run();

        assertThat(beat.state().failures()).isEqualTo(2);
        assertThat(beat.state().lastError())
                .hasValueSatisfying(error -> assertThat(error).contains("checked"));
        assertThat(beat.state().alive()).isTrue();
    }

    @Test
    void aStoreThatIsAwayForManyRoundsIsToldOnceAndSoIsItsReturn() {
        for (int i = 0; i < 60; i++) {
            failures.add(LoopTaskTest::storeDown);
        }

        String away = logged(60);
        String back = logged(3);

        assertThat(away.lines().filter(line -> line.contains("the database is away")))
                .hasSize(1);
        assertThat(back.lines()).singleElement().asString().contains("works again, after 60 failures");
        assertThat(beat.state().failures()).isZero();
    }

    @Test
    void anotherKindOfFailureIsToldAgain() {
        failures.add(LoopTaskTest::storeDown);
        failures.add(IllegalStateException::new);
        failures.add(IllegalStateException::new);

        String said = logged(3);

        assertThat(said.lines().filter(line -> line.contains("loop failed and goes on")))
                .hasSize(2);
    }

    @Test
    void aLoopThatHasDiedSaysSo() {
        beat.run();

        assertThat(beat.endedWhen(() -> true).state().alive()).isFalse();
    }
}
