package dev.holdfast.spi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PageTest {

    private final List<Page.Request> asked = new ArrayList<>();

    /** A list of the numbers from {@code size} down to 1. */
    private Page<Integer> numbers(int size, Page.Request page) {
        asked.add(page);
        int from = (int) Math.min(size, page.beforeId() - 1);
        List<Integer> rows = IntStream.iterate(from, i -> i > 0, i -> i - 1)
                .limit(page.limit() + 1L)
                .boxed()
                .toList();
        return Page.of(rows, page, String::valueOf);
    }

    @Test
    void aStreamGivesEveryItemOfEveryPageOnce() {
        assertThat(Page.stream(page -> numbers(1_234, page)))
                .hasSize(1_234)
                .doesNotHaveDuplicates()
                .startsWith(1_234)
                .endsWith(1);
        assertThat(asked).hasSize(3);
    }

    @Test
    void aStreamOfNothingIsEmpty() {
        assertThat(Page.stream(page -> numbers(0, page))).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void aPageThatNobodyComesToIsNotRead() {
        assertThat(Page.stream(page -> numbers(5_000, page)).limit(Page.LARGEST + 1L))
                .hasSize(Page.LARGEST + 1);

        assertThat(asked).hasSize(2);
    }

    @Test
    void aStreamThrowsWhatAPageThrows() {
        assertThatThrownBy(() -> Page.stream(page -> numbers(5, Page.Request.after("no id", 5))))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("no id");
    }
}
