package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a change when the store fails in the middle of it. */
class StoreRefusalTest {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");
    private static final PluginName GREETER = PluginName.of("greeter");

    private static PermanentException refusal() {
        return new PermanentException(Reason.STORE, "the database refuses this, as the test wants it");
    }

    private final TestHoldfast test = TestHoldfast.create();
    private final Holdfast holdfast = test.holdfast();

    @BeforeEach
    void installVersionOne() {
        test.upstream("acme/greeter").release("v1.0.0", Map.of("SKILL.md", "one"));
        holdfast.install(request("tag:v1.0.0"));
    }

    @AfterEach
    void close() {
        test.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRecordThatTheStoreRefusesForGoodIsNotKnownToBeUndone(boolean performed) throws IOException {
        Update update = queued();
        if (performed) {
            test.store().loseNextAnswer("record", refusal());
        } else {
            test.store().failNext("record", refusal());
        }

        ApplyResult result = holdfast.updates().apply(update.id(), update.to(), "alice");

        assertThat(result).isInstanceOf(ApplyResult.Applied.class);
        assertThat(live()).isEqualTo("two");
        assertThat(holdfast.verify(new InstallKey(WORKSPACE, GREETER))).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void aStoreThatRefusesTheRecordAndThenGoesDownLeavesTheOperationToRecovery() throws IOException {
        test.upstream("acme/greeter").release("v2.0.0", Map.of("SKILL.md", "two"));
        test.store().failNext("record", refusal());
        test.store().failNext("advance", new TransientException(Reason.STORE, "progress"));
        test.store().failNext("advance", refusal());

        assertThatThrownBy(() -> holdfast.install(request("tag:v2.0.0"))).isInstanceOf(HoldfastException.class);
        test.clock().advance(Duration.ofMinutes(10));
        holdfast.recover();

        assertThat(holdfast.verify(new InstallKey(WORKSPACE, GREETER))).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void anOutcomeThatTheStoreCannotTellIsSaidToBeUnknown() throws IOException {
        test.upstream("acme/greeter").release("v2.0.0", Map.of("SKILL.md", "two"));
        test.store().failNext("record", refusal());
        test.store().failNext("claim", refusal());

        assertThatThrownBy(() -> holdfast.install(request("tag:v2.0.0")))
                .isInstanceOf(TransientException.class)
                .hasMessageContaining("the outcome is not known yet");
        test.clock().advance(Duration.ofMinutes(10));
        holdfast.recover();

        assertThat(live()).isEqualTo("two");
        assertThat(holdfast.verify(new InstallKey(WORKSPACE, GREETER))).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void anUpdateWhoseProgressTheStoreRefusesWaitsInsteadOfFailing() throws IOException {
        Update update = queued();
        test.store().failNext("advance", refusal());

        ApplyResult result = holdfast.updates().apply(update.id(), update.to(), "alice");

        assertThat(result).isInstanceOf(ApplyResult.Failed.class);
        assertThat(holdfast.updates().find(update.id()).orElseThrow().status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(live()).isEqualTo("one");
    }

    private Update queued() {
        test.upstream("acme/greeter").release("v2.0.0", Map.of("SKILL.md", "two"));
        test.sweep();
        return holdfast.updates().pending().findFirst().orElseThrow();
    }

    private String live() throws IOException {
        return Files.readString(test.live("ws-1", "greeter").resolve("SKILL.md"));
    }

    private static InstallRequest request(String ref) {
        return InstallRequest.of(
                        WORKSPACE,
                        Source.parse("github://acme/greeter#" + ref),
                        TargetAddress.parse("docker://ws-1/configs/plugins"))
                .track(TrackedRef.latestTag());
    }
}
