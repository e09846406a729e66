package dev.holdfast.contracts.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation;
import dev.holdfast.Explanation.Code;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.MaintenanceWindow;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedImages;
import dev.holdfast.testkit.ScriptedResolver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The cases about what an operator decides, and what all cases about updates of images stand on. */
abstract class ImageDecisionCases {

    static final String WEB = "acme/web:latest";
    static final ImageReference IMAGE = ImageReference.parse(WEB);
    static final UpdatePolicy ANY = UpdatePolicy.auto(Level.ANY);
    static final UpdatePolicy MANUAL = UpdatePolicy.manual();

    final MutableClock clock = MutableClock.create();
    final ScriptedImages images = new ScriptedImages();
    final List<HoldfastEvent> events = Collections.synchronizedList(new ArrayList<>());
    final List<AutoCloseable> opened = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before each case
    ImageStores stores;

    ImageDecisionCases() {}

    /**
     * Returns an empty ledger, and the store of its queue, that measure time by {@code clock}. Asked for once for each
     * case.
     */
    protected abstract ImageStores stores(MutableClock clock);

    @BeforeEach
    final void makeTheStores() {
        stores = stores(clock);
    }

    @AfterEach
    final void closeWhatWasOpened() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    /** One process of a host: a watcher, and the queue that its operators see. */
    record Node(ImageWatcher watcher, Holdfast holdfast) {

        Item look() {
            return watcher.check().items().get(0);
        }

        Explanation explained() {
            return watcher.explain(IMAGE);
        }

        ApplyResult apply(Update update, String actor) {
            return holdfast.updates().apply(update.id(), update.to(), actor);
        }
    }

    final Node node(UpdatePolicy policy) {
        ImageWatcher watcher = ImageWatcher.builder()
                .digests(images)
                .refresher(images)
                .ledger(stores.ledger())
                .fleet(stores.store().fleet())
                .image(IMAGE)
                .policy(IMAGE, policy)
                .listener(events::add)
                .clock(clock)
                .build();
        Holdfast holdfast = Holdfast.builder()
                .store(stores.store())
                .resolver(ScriptedResolver.forScheme("scripted"))
                .target(DirectoryTarget.create())
                .images(watcher)
                .listener(events::add)
                .clock(clock)
                .build();
        opened.add(watcher);
        opened.add(holdfast);
        return new Node(watcher, holdfast);
    }

    /** Containers of one version run, and the tag stands at the next. */
    final Node stale(UpdatePolicy policy) {
        images.push(WEB, 1).runs("web", WEB, 1).push(WEB, 2);
        return node(policy);
    }

    final Update onlyPending(Node node) {
        List<Update> pending = node.holdfast().updates().pending().toList();
        assertThat(pending).hasSize(1);
        return pending.get(0);
    }

    final Update now(Update update) {
        return stores.store().updates().find(update.id()).orElseThrow();
    }

    /** Returns what was decided and done, newest first: not what was queued. */
    final List<AuditEntry> audited() {
        return stores.store().audit().list(Page.Request.first(20)).items().stream()
                .filter(entry -> !entry.action().equals("update-queued"))
                .toList();
    }

    final <T extends HoldfastEvent> List<T> told(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Test
    final void anImageOfManualPolicyWaitsInTheQueueAndNothingIsTouched() {
        Node node = stale(MANUAL);

        assertThat(node.look())
                .returns(Outcome.WAITING, Item::outcome)
                .satisfies(item -> assertThat(item.detail()).contains("waits for an operator"));
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);

        Update update = onlyPending(node);
        assertThat(update.from().value()).isEqualTo(ScriptedImages.digest(1).value());
        assertThat(update.to().value()).isEqualTo(ScriptedImages.digest(2).value());
        assertThat(images.refreshed).isEmpty();
        assertThat(told(HoldfastEvent.UpdateQueued.class))
                .extracting(event -> event.update().id())
                .containsExactly(update.id());
        assertThat(node.explained())
                .returns(Code.WAITS_FOR_OPERATOR, Explanation::code)
                .returns(Optional.empty(), Explanation::next)
                .returns(update.subject(), Explanation::subject);
        assertThat(node.explained().update()).hasValue(update.id());
    }

    @Test
    final void whatAnOperatorAppliesIsRefreshedOnceAuditedAndTold() {
        Node node = stale(MANUAL);
        node.look();
        Update update = onlyPending(node);

        ApplyResult result = node.apply(update, "alice");

        assertThat(result)
                .isInstanceOfSatisfying(
                        ApplyResult.Applied.class,
                        applied -> assertThat(applied.update().status()).isEqualTo(UpdateStatus.APPLIED));
        assertThat(images.refreshed).containsExactly("web");
        assertThat(node.apply(update, "bob")).isEqualTo(new ApplyResult.AlreadyApplied());
        assertThat(node.look().outcome()).isEqualTo(Outcome.CURRENT);
        assertThat(node.explained().code()).isEqualTo(Code.UP_TO_DATE);
        assertThat(images.refreshed).containsExactly("web");
        assertThat(audited())
                .singleElement()
                .returns("alice", AuditEntry::actor)
                .returns("refresh", AuditEntry::action)
                .returns("succeeded", AuditEntry::outcome);
        assertThat(told(HoldfastEvent.ImageRefreshed.class))
                .singleElement()
                .returns(1, HoldfastEvent.ImageRefreshed::replaced);
    }

    /** Known failure: an operator approved B and got C. */
    @Test
    final void exactlyWhatWasReviewedIsAppliedThoughTheTagHasMovedOn() {
        Node node = stale(MANUAL);
        node.look();
        Update update = onlyPending(node);
        images.push(WEB, 3);

        assertThat(node.apply(update, "alice")).isInstanceOf(ApplyResult.Applied.class);

        assertThat(images.digestOf("web")).isEqualTo(ScriptedImages.digest(2));
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        assertThat(onlyPending(node).to().value())
                .isEqualTo(ScriptedImages.digest(3).value());
    }

    @Test
    final void anotherDigestThanTheReviewedOneIsRefusedAndASupersededUpdateToo() {
        Node node = stale(MANUAL);
        node.look();
        Update update = onlyPending(node);
        Revision other = Revision.of(ScriptedImages.digest(3).value());

        assertThat(node.holdfast().updates().apply(update.id(), other, "alice"))
                .isInstanceOf(ApplyResult.Refused.class);
        images.push(WEB, 3);
        node.look();

        assertThat(node.apply(update, "alice")).isEqualTo(new ApplyResult.Superseded());
        assertThat(images.refreshed).isEmpty();
    }

    @Test
    final void aDismissedDigestIsNotOfferedAgainAndTheNextOneIs() {
        Node node = stale(MANUAL);
        node.look();
        Update update = onlyPending(node);

        node.holdfast().updates().dismiss(update.id(), "alice", "it leaks");

        assertThat(node.look())
                .returns(Outcome.DECLINED, Item::outcome)
                .satisfies(item -> assertThat(item.detail()).contains("alice dismissed it"));
        assertThat(node.holdfast().updates().pending()).isEmpty();
        assertThat(node.apply(update, "bob")).isEqualTo(new ApplyResult.Dismissed());
        assertThat(node.explained().code()).isEqualTo(Code.DISMISSED);
        assertThat(told(HoldfastEvent.Decided.class)).hasSize(1);
        assertThat(audited()).extracting(AuditEntry::action).containsExactly("dismiss");
        images.push(WEB, 3);
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        assertThat(onlyPending(node).to().value())
                .isEqualTo(ScriptedImages.digest(3).value());
        assertThat(images.refreshed).isEmpty();
    }

    @Test
    final void whatWentAwayByItselfIsResolved() {
        Node node = stale(MANUAL);
        node.look();
        Update update = onlyPending(node);
        images.push(WEB, 1);

        assertThat(node.look().outcome()).isEqualTo(Outcome.CURRENT);

        assertThat(now(update).status()).isEqualTo(UpdateStatus.RESOLVED);
        assertThat(node.apply(update, "alice")).isEqualTo(new ApplyResult.Resolved());
    }

    @Test
    final void anOperatorIsBoundByNoWindow() {
        Node node = stale(ANY.within(MaintenanceWindow.parse("sun 02:00 PT3H UTC")));
        node.look();

        assertThat(node.apply(onlyPending(node), "alice")).isInstanceOf(ApplyResult.Applied.class);

        assertThat(images.refreshed).containsExactly("web");
    }

    @Test
    final void anImageThatNobodyWatchesHereIsRefusedAndStaysPending() {
        Node node = stale(MANUAL);
        node.look();
        Update update = onlyPending(node);
        images.ends("web");

        assertThat(node.apply(update, "alice"))
                .isInstanceOfSatisfying(
                        ApplyResult.Refused.class,
                        refused -> assertThat(refused.why()).contains("no container"));

        assertThat(now(update).status()).isEqualTo(UpdateStatus.PENDING);
    }
}
