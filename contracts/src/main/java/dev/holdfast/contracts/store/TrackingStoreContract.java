package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.PlaceStore.Place;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What every {@link dev.holdfast.spi.store.TrackingStore} promises. Extend it, give an empty store in {@link #store},
 * and run it; there is nothing to opt out of.
 */
public abstract class TrackingStoreContract extends TrackingStoreContractDecision {

    /** Creates the test class. */
    protected TrackingStoreContract() {}

    @Test
    void anEmptyStoreAnswersWithEmptyLists() {
        assertThat(store.installs().find(GREETER)).isEmpty();
        assertThat(store.installs().list(Page.Request.first(10)).items()).isEmpty();
        assertThat(store.places().list(Page.Request.first(10)).items()).isEmpty();
        assertThat(store.updates().list(all(), Page.Request.first(10)).items()).isEmpty();
        assertThat(store.updates().find(1)).isEmpty();
        assertThat(store.updates().bad(GREETER)).isEmpty();
        assertThat(store.history().list(GREETER, Page.Request.first(10)).items())
                .isEmpty();
        assertThat(store.journal().claimExpired("node-1", LEASE, 10, 0)).isEmpty();
        assertThat(store.sweeps().claimDue("node-1", 10, LEASE)).isEmpty();
        assertThat(audit()).isEmpty();
    }

    @Test
    void installsAreListedByWorkspaceThenPluginInPages() {
        List<InstallKey> keys = List.of(
                InstallKey.of("Ws-1", "a"),
                InstallKey.of("ws-1", "B"),
                InstallKey.of("ws-1", "a"),
                InstallKey.of("ws-1", "a.b"),
                InstallKey.of("ws-10", "a"),
                InstallKey.of("ws-2", "a"));
        for (InstallKey key : List.of(keys.get(3), keys.get(0), keys.get(5), keys.get(2), keys.get(4), keys.get(1))) {
            installed(key, origin(MAIN), A);
        }

        assertThat(paged(page -> store.installs().list(page), 2))
                .extracting(Install::key)
                .containsExactlyElementsOf(keys);
        assertThat(paged(page -> store.installs().list(WorkspaceId.of("ws-1"), page), 2))
                .extracting(Install::key)
                .containsExactlyElementsOf(keys.subList(1, 4));
    }

    @Test
    void aPageStaysInPlaceWhenRowsBeforeItGo() {
        for (int i = 0; i < 6; i++) {
            installed(InstallKey.of("ws-" + i, "greeter"), origin(MAIN), A);
        }
        Page<Install> first = store.installs().list(Page.Request.first(3));
        uninstalled(InstallKey.of("ws-1", "greeter"));

        Page<Install> second = store.installs().list(new Page.Request(first.next(), 3));

        assertThat(second.items())
                .extracting(install -> install.workspace().value())
                .containsExactly("ws-3", "ws-4", "ws-5");
        assertThat(second.next()).isEmpty();
    }

    @Test
    void aCursorFromElsewhereIsRefused() {
        Page.Request page = new Page.Request(Optional.of("elsewhere"), 10);

        assertThatThrownBy(() -> store.installs().list(page)).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> store.places().list(page)).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> store.updates().list(all(), page)).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> store.upstreams().list(page)).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> store.audit().list(page)).isInstanceOf(PermanentException.class);
    }

    @Test
    void updatesAreListedNewestFirstInPages() {
        for (int i = 0; i < 5; i++) {
            installed(InstallKey.of("ws-" + i, "greeter"), origin(MAIN), A);
            swept(MAIN, B);
        }

        List<Update> listed = paged(page -> store.updates().list(UpdateQuery.of(UpdateStatus.PENDING), page), 2);

        assertThat(listed).hasSize(5);
        assertThat(listed).extracting(Update::id).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    void updatesAreListedByStatusWorkspaceAndPlugin() {
        InstallKey other = InstallKey.of("ws-1", "other");
        installed(GREETER, origin(MAIN), A);
        installed(other, origin(MAIN), A);
        installed(InstallKey.of("ws-2", "greeter"), origin(MAIN), A);
        List<Update> queued = swept(MAIN, B).queued();
        Update mine = queued.stream()
                .filter(update -> update.subject().toString().contains("ws-1/greeter"))
                .findFirst()
                .orElseThrow();
        store.updates().dismiss(mine.id(), "bob", "");

        assertThat(listed(UpdateQuery.of(GREETER))).containsExactly(update(mine));
        assertThat(listed(UpdateQuery.of(UpdateStatus.PENDING))).hasSize(2);
        assertThat(listed(UpdateQuery.of(UpdateStatus.FAILED))).isEmpty();
        assertThat(listed(query(Set.of(), Optional.of(WorkspaceId.of("ws-1")), Optional.empty())))
                .hasSize(2);
        assertThat(listed(query(Set.of(), Optional.empty(), Optional.of(PluginName.of("greeter")))))
                .hasSize(2);
        assertThat(listed(query(
                        Set.of(UpdateStatus.DISMISSED, UpdateStatus.PENDING),
                        Optional.of(WorkspaceId.of("ws-1")),
                        Optional.of(PluginName.of("other")))))
                .hasSize(1);
    }

    @Test
    void placesAreListedOnceWithTheirLastKeyAlsoAfterTheInstallIsGone() {
        installed(GREETER, origin(MAIN), A);
        installed(GREETER, origin(MAIN), B);
        installed(InstallKey.of("ws-0", "greeter"), origin(MAIN), A);
        uninstalled(GREETER);
        InstallKey heir = InstallKey.of("ws-9", "greeter");
        TargetAddress place = placeOf(GREETER);
        opened(at(wanted(Kind.INSTALL, heir, A), place));

        assertThat(paged(page -> store.places().list(page), 1))
                .containsExactly(
                        new Place(InstallKey.of("ws-0", "greeter"), TargetAddress.parse("dir:///srv/ws-0/plugins")),
                        new Place(heir, place));
    }

    @Test
    void aForgottenWorkspaceLeavesHistoryAndNothingOpen() {
        Update update = pending();
        InstallKey second = InstallKey.of("ws-1", "second");
        Update applying = pendingFor(second);
        Operation operation = opened(applying(applying, second));
        installed(InstallKey.of("ws-2", "greeter"), origin(MAIN), A);

        assertThat(store.installs().forget(WorkspaceId.of("ws-1"), "carol")).isEqualTo(2);

        assertThat(store.installs().list(Page.Request.first(10)).items())
                .extracting(install -> install.workspace().value())
                .containsExactly("ws-2");
        assertThat(status(update)).isEqualTo(UpdateStatus.RESOLVED);
        assertThat(status(applying)).isEqualTo(UpdateStatus.RESOLVED);
        assertThat(store.history()
                        .list(second, Page.Request.first(1))
                        .items()
                        .get(0)
                        .outcome())
                .contains(Outcome.FAILED);
        assertThat(store.journal().advance(operation, Phase.STAGED, LEASE)).isFalse();
        assertThat(audit())
                .filteredOn(entry -> entry.actor().equals("carol"))
                .extracting(AuditEntry::action)
                .containsExactlyInAnyOrder("upgrade", "forget", "forget");
        assertThat(store.installs().forget(WorkspaceId.of("ws-1"), "carol")).isZero();
    }

    @Test
    void aLaterWorkspaceOfAForgottenNameBeginsWithoutItsDecisions() {
        Update dismissed = pending();
        store.updates().dismiss(dismissed.id(), "bob", "not this one");
        clock.advance(Duration.ofDays(3));
        store.installs().forget(WorkspaceId.of("ws-1"), "carol");
        clock.advance(Duration.ofDays(1));

        installed(GREETER, origin(MAIN), A);
        Update offered = swept(MAIN, B).queued().get(0);

        assertThat(offered.seenAt()).as("first sight").isEqualTo(offered.createdAt());
        assertThat(status(dismissed)).as("stays as history").isEqualTo(UpdateStatus.DISMISSED);
        assertThat(audit()).extracting(AuditEntry::action).contains("dismiss");
    }

    @Test
    void whatFailedInAForgottenWorkspaceIsNotTriedAgainInALaterOne() {
        Update failed = failed();
        store.installs().forget(WorkspaceId.of("ws-1"), "carol");
        installed(GREETER, origin(MAIN), A);

        assertThat(store.updates().retry(failed.id(), "bob"))
                .hasValueSatisfying(now -> assertThat(now.status()).isEqualTo(UpdateStatus.FAILED));
    }

    @Test
    void forgettingTheLastFollowerDropsTheUpstream() {
        installed(GREETER, origin(MAIN), A);

        store.installs().forget(WorkspaceId.of("ws-1"), "carol");

        assertThat(store.upstreams().list(Page.Request.first(10)).items()).isEmpty();
        installed(GREETER, origin(MAIN), A);
        assertThat(store.sweeps().claimDue("node-1", 10, LEASE)).hasSize(1);
    }

    @Test
    void auditEntriesAreListedNewestFirstByWorkspaceInPages() {
        clock.set(Instant.parse("2026-11-21T10:00:00Z"));
        for (int i = 0; i < 5; i++) {
            store.audit().append(entry("ws-" + i % 2, i));
        }
        store.audit().append(AuditEntry.of("alice", "start", "6"));

        List<AuditEntry> all = paged(page -> store.audit().list(page), 2);

        assertThat(all).extracting(AuditEntry::outcome).containsExactly("6", "4", "3", "2", "1", "0");
        assertThat(all).extracting(AuditEntry::id).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(all).extracting(AuditEntry::at).containsOnly(Instant.parse("2026-11-21T10:00:00Z"));
        assertThat(all.get(0).key()).isEmpty();
        assertThat(all.get(0).from())
                .as("unknown is empty, never an empty text")
                .isEmpty();
        assertThat(paged(page -> store.audit().list(WorkspaceId.of("ws-1"), page), 1))
                .extracting(AuditEntry::outcome)
                .containsExactly("3", "1");
    }

    private Update pendingFor(InstallKey key) {
        installed(key, origin(MAIN), A);
        return swept(MAIN, B).queued().get(0);
    }

    private List<Update> listed(UpdateQuery query) {
        return store.updates().list(query, Page.Request.first(100)).items();
    }

    private static UpdateQuery query(
            Set<UpdateStatus> statuses, Optional<WorkspaceId> workspace, Optional<PluginName> plugin) {
        return new UpdateQuery(statuses, workspace, plugin);
    }

    private static AuditEntry entry(String workspace, int number) {
        return AuditEntry.of("alice", "source-refused", Integer.toString(number))
                .about(InstallKey.of(workspace, "greeter"))
                .to(Revision.of("d".repeat(40)));
    }

    private static <T> List<T> paged(Function<Page.Request, Page<T>> list, int limit) {
        List<T> all = new ArrayList<>();
        Page<T> page = list.apply(Page.Request.first(limit));
        all.addAll(page.items());
        while (page.next().isPresent()) {
            page = list.apply(new Page.Request(page.next(), limit));
            all.addAll(page.items());
        }
        return all;
    }
}
