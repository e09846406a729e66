package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SharedAnswersTest {

    private final SharedAnswers shared = new SharedAnswers();
    private final ExecutorService pages = Executors.newCachedThreadPool();
    private final AtomicInteger made = new AtomicInteger();

    @AfterEach
    void stop() {
        pages.shutdownNow();
    }

    private List<Future<Integer>> ask(int times) {
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            answers.add(pages.submit(() -> shared.of("queue", made::incrementAndGet)));
        }
        return answers;
    }

    /**
     * While one answer is made, many ask: one more is made for all of them, and none gets the one that was begun
     * before.
     */
    @Test
    void whoAsksWhileAnAnswerIsMadeSharesTheNextOne() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<Integer> first = pages.submit(() -> shared.of("queue", () -> {
            begun.countDown();
            await(go);
            return made.incrementAndGet();
        }));
        begun.await();

        List<Future<Integer>> later = ask(50);
        assertThat(shared.<String>of("health", () -> "another question waits for nobody"))
                .isNotEmpty();
        go.countDown();

        assertThat(first.get()).isEqualTo(1);
        for (Future<Integer> answer : later) {
            assertThat(answer.get()).isGreaterThan(1);
        }
        assertThat(made).hasValueLessThan(50);
    }

    @Test
    void whatFailsFailsForAllWhoWaitAndForNobodyLater() throws Exception {
        assertThatThrownBy(() -> shared.of("queue", () -> {
                    throw ProblemException.notFound("nothing");
                }))
                .isInstanceOf(ProblemException.class);

        assertThat(shared.<Integer>of("queue", made::incrementAndGet)).isEqualTo(1);
    }

    @Test
    void aCallerThatIsInterruptedKeepsNobodyWaiting() throws Exception {
        assertThat(shared.<Integer>of("queue", made::incrementAndGet)).isEqualTo(1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> shared.of("queue", made::incrementAndGet)).isInstanceOf(ProblemException.class);
        assertThat(Thread.interrupted()).isTrue();

        assertThat(shared.<Integer>of("queue", made::incrementAndGet)).isEqualTo(2);
    }

    @Test
    void questionsThatNobodyAsksAnyMoreAreForgotten() {
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            assertThat(shared.<Integer>of("queue?workspace=ws-" + i, () -> number))
                    .isEqualTo(i);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
