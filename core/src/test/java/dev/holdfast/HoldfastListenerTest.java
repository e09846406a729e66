package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastEvent.PoliciesRan;
import dev.holdfast.HoldfastEvent.Swept;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Listeners that are made of others. */
final class HoldfastListenerTest {

    private static final HoldfastEvent RAN = new PoliciesRan(new PolicyReport(0, 0, 0, Map.of(), List.of()));

    private final List<String> heard = new ArrayList<>();

    @Test
    void oneKindIsHeardAndNoOther() {
        HoldfastListener listener = HoldfastListener.on(PoliciesRan.class, event -> heard.add("policies"))
                .andThen(HoldfastListener.on(Swept.class, event -> heard.add("sweep")));

        listener.on(RAN);

        assertThat(heard).containsExactly("policies");
    }

    @Test
    void theNextHearsAlsoIfTheFirstThrows() {
        HoldfastListener listener = HoldfastListener.on(HoldfastEvent.class, event -> {
                    throw new IllegalStateException("broken");
                })
                .andThen(event -> heard.add("next"));

        assertThatThrownBy(() -> listener.on(RAN)).hasMessage("broken");
        assertThat(heard).containsExactly("next");
    }
}
