package dev.holdfast.examples.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Health.Verdict;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.testkit.TestHoldfast;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UpdateDeskTest {

    @Test
    void whatIsApprovedIsLive() throws Exception {
        try (TestHoldfast test = TestHoldfast.create()) {
            UpdateDesk desk = desk(test);
            test.upstream("shop/greeter").release("v1.0.0");
            desk.sell("ws-42", "greeter", "v1.0.0");
            test.upstream("shop/greeter").release("v1.1.0");
            test.sweep();

            assertThat(desk.approveAll("alice")).isEmpty();
            assertThat(test.live("ws-42", "greeter").resolve("SKILL.md")).hasContent("v1.1.0");
        }
    }

    @Test
    void anUpdateIsOverdueOnceItHasWaitedForLongerThanTwoDays() {
        try (TestHoldfast test = TestHoldfast.create()) {
            UpdateDesk desk = desk(test);
            test.upstream("shop/greeter").release("v1.0.0");
            desk.sell("ws-42", "greeter", "v1.0.0");
            test.upstream("shop/greeter").release("v1.1.0");
            test.sweep();
            assertThat(desk.overdue()).isEmpty();

            test.clock().advance(Duration.ofHours(49));

            assertThat(desk.overdue()).containsExactly("ws-42/greeter");
        }
    }

    @Test
    void aTargetThatIsDownIsAProblemThatTheOperatorIsTold() throws Exception {
        try (TestHoldfast test = TestHoldfast.create()) {
            UpdateDesk desk = desk(test);
            test.upstream("shop/greeter").release("v1.0.0");
            desk.sell("ws-42", "greeter", "v1.0.0");
            test.upstream("shop/greeter").release("v1.1.0");
            test.sweep();
            test.target().down(true);

            assertThat(desk.approveAll("alice")).singleElement().asString().startsWith("ws-42/greeter: Failed");
            assertThat(test.live("ws-42", "greeter").resolve("SKILL.md")).hasContent("v1.0.0");
        }
    }

    @Test
    void aSourceThatIsDownSellsNothing() {
        try (TestHoldfast test = TestHoldfast.create()) {
            test.upstream("shop/greeter").release("v1.0.0");
            test.sources().failNext(new TransientException(Reason.UNREACHABLE, "github is down"));

            assertThatThrownBy(() -> desk(test).sell("ws-42", "greeter", "v1.0.0"))
                    .isInstanceOf(HoldfastException.class)
                    .hasMessage("github is down");
            assertThat(test.live("ws-42", "greeter")).doesNotExist();
        }
    }

    @Test
    void aHostsOwnWiringIsTestedWithIt() {
        List<String> reloaded = new ArrayList<>();
        try (TestHoldfast test = TestHoldfast.create(
                "github",
                builder -> builder.reloader((workspace, change, deadline) -> reloaded.add(workspace.value())))) {
            test.upstream("shop/greeter").release("v1.0.0");

            desk(test).sell("ws-42", "greeter", "v1.0.0");

            assertThat(reloaded).containsExactly("ws-42");
            assertThat(test.events()).hasAtLeastOneElementOfType(HoldfastEvent.Changed.class);
        }
    }

    @Test
    void aStoreThatIsDownIsSeenInTheHealthOfTheHost() {
        try (TestHoldfast test = TestHoldfast.create()) {
            test.store().down(true);

            assertThat(test.holdfast().health().verdict()).isEqualTo(Verdict.FAILING);
        }
    }

    @Test
    void nothingIsLeftBehind() {
        Path live;
        try (TestHoldfast test = TestHoldfast.create()) {
            test.upstream("shop/greeter").release("v1.0.0");
            desk(test).sell("ws-42", "greeter", "v1.0.0");
            live = test.live("ws-42", "greeter");
            assertThat(Files.exists(live)).isTrue();
        }

        assertThat(Files.exists(live)).isFalse();
    }

    private static UpdateDesk desk(TestHoldfast test) {
        return new UpdateDesk(test.holdfast(), test.clock(), Duration.ofDays(2));
    }
}
