package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.BulkAnswer;
import dev.holdfast.InstallRequest;
import dev.holdfast.ReviewedUpdate;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ManyUpdatesTest {

    private static final int WORKSPACES = 12;

    private final TestHoldfast test = TestHoldfast.create();

    @BeforeEach
    void release() {
        test.upstream("acme/greeter").release("v1.0.0");
        for (int i = 0; i < WORKSPACES; i++) {
            test.holdfast()
                    .install(InstallRequest.of(
                                    WorkspaceId.of("ws-" + i),
                                    Source.parse("github://acme/greeter#tag:v1.0.0"),
                                    TargetAddress.parse("docker://ws-" + i + "/configs/plugins"))
                            .track(TrackedRef.latestTag()));
        }
        test.upstream("acme/greeter").release("v2.0.0");
        test.sweep();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private List<ReviewedUpdate> reviewed() {
        return new ArrayList<>(test.holdfast()
                .updates()
                .pending()
                .map(update -> new ReviewedUpdate(update.id(), update.to()))
                .toList());
    }

    private List<BulkAnswer> apply(List<ReviewedUpdate> reviewed) {
        return test.holdfast().updates().applyAll(reviewed, "alice", answer -> {});
    }

    private long applied() {
        return test.holdfast().audit(Page.Request.first(Page.LARGEST)).items().stream()
                .filter(entry -> entry.actor().equals("alice") && entry.action().equals("apply"))
                .count();
    }

    @Test
    void eachIsAppliedOnceAuditedAndToldAsItComes() {
        Set<BulkAnswer> told = ConcurrentHashMap.newKeySet();
        List<ReviewedUpdate> reviewed = reviewed();

        List<BulkAnswer> answers = test.holdfast().updates().applyAll(reviewed, "alice", told::add);

        assertThat(answers)
                .hasSize(WORKSPACES)
                .allSatisfy(answer -> assertThat(answer.result()).isInstanceOf(ApplyResult.Applied.class));
        assertThat(answers)
                .extracting(BulkAnswer::id)
                .isEqualTo(reviewed.stream().map(ReviewedUpdate::id).toList());
        assertThat(told).containsExactlyInAnyOrderElementsOf(answers);
        assertThat(test.live("ws-7", "greeter").resolve("SKILL.md")).hasContent("v2.0.0");
    }

    @Test
    void theSameCallAgainAppliesNothingTwice() {
        List<ReviewedUpdate> reviewed = reviewed();
        apply(reviewed);
        long before = applied();

        List<BulkAnswer> again = apply(reviewed);

        assertThat(again)
                .allSatisfy(answer -> assertThat(answer.result()).isInstanceOf(ApplyResult.AlreadyApplied.class));
        assertThat(applied()).isEqualTo(before);
    }

    @Test
    void oneThatIsNotWhatWasReviewedIsRefusedAndTheOthersAreApplied() {
        List<ReviewedUpdate> reviewed = reviewed();
        long other = reviewed.get(3).id();
        reviewed.set(3, new ReviewedUpdate(other, Revision.of("f".repeat(40))));
        reviewed.add(new ReviewedUpdate(4711, reviewed.get(0).revision()));

        List<BulkAnswer> answers = apply(reviewed);

        assertThat(answers.get(3).result()).isInstanceOf(ApplyResult.Refused.class);
        assertThat(answers.get(WORKSPACES).result()).isInstanceOf(ApplyResult.NotFound.class);
        assertThat(test.holdfast().updates().pending())
                .extracting(update -> update.id())
                .containsExactly(other);
    }

    @Test
    void manyAreDismissedOnceAndOneOfAnotherRevisionStays() {
        List<ReviewedUpdate> reviewed = reviewed();
        reviewed.set(0, new ReviewedUpdate(reviewed.get(0).id(), Revision.of("f".repeat(40))));

        List<BulkAnswer> first = test.holdfast().updates().dismissAll(reviewed, "alice", "too new", answer -> {});
        List<BulkAnswer> again = test.holdfast().updates().dismissAll(reviewed, "alice", "too new", answer -> {});

        assertThat(first.get(0).result()).isInstanceOf(ApplyResult.Refused.class);
        assertThat(first.subList(1, WORKSPACES))
                .allSatisfy(answer -> assertThat(answer.result()).isInstanceOf(ApplyResult.Dismissed.class));
        assertThat(again).isEqualTo(first);
        assertThat(test.holdfast().updates().pending()).hasSize(1);
    }

    @Test
    void moreThanAThousandAreRefusedBeforeAnythingIsDone() {
        List<ReviewedUpdate> many = Collections.nCopies(1001, reviewed().get(0));

        assertThatThrownBy(() -> apply(many))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("1000");
        assertThat(test.holdfast().updates().pending()).hasSize(WORKSPACES);
    }
}
