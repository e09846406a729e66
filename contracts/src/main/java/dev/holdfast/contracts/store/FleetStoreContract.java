package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.LabelSelector;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Quarantine.Content;
import dev.holdfast.spi.fleet.Quarantine.Declaration;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.Scope;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a store keeps of labels, plans and quarantines. */
public abstract class FleetStoreContract extends TrackingStoreContractFixture {

    private static final Source GREETERS = Source.parse("github://acme/greeter#ref:other");
    private static final WorkspaceId WS_1 = WorkspaceId.of("ws-1");
    private static final InstallKey OTHER = InstallKey.of("ws-2", "greeter");
    private static final Page.Request ALL = Page.Request.first(100);

    /** For subclasses. */
    protected FleetStoreContract() {}

    private List<InstallKey> chosen(String selector) {
        return store.fleet().labels().list(LabelSelector.parse(selector), ALL).items().stream()
                .map(Install::key)
                .toList();
    }

    private List<AuditEntry> entries(String action) {
        return store.audit().list(ALL).items().stream()
                .filter(entry -> entry.action().equals(action))
                .toList();
    }

    private Quarantine quarantined(Content content) {
        return store.fleet().quarantines().declare(Declaration.of(content, "it eats data", "carol"));
    }

    private Opening opening(Kind kind, InstallKey key) {
        return store.journal().open(wanted(kind, key, B));
    }

    @Test
    void labelsOfAnInstallCountBeforeThoseOfItsWorkspace() {
        installed(GREETER, origin(MAIN), A);

        store.fleet().labels().set(WS_1, Labels.of("env", "prod").with("team", "core"), "carol");
        store.fleet().labels().set(GREETER, Labels.of("env", "canary"), "carol");

        assertThat(store.fleet().labels().of(GREETER)).hasToString("env=canary,team=core");
        assertThat(store.fleet().labels().of(WS_1)).hasToString("env=prod,team=core");
        assertThat(entries("labels"))
                .extracting(AuditEntry::key, AuditEntry::outcome)
                .containsExactly(
                        tuple(Optional.of(GREETER), "env=canary"),
                        tuple(Optional.empty(), "workspace ws-1: env=prod,team=core"));
    }

    @Test
    void labelsThatAreAsTheyWereAreNotAuditedAgain() {
        assertThat(store.fleet().labels().set(WS_1, Labels.of("env", "prod"), "carol"))
                .isTrue();

        assertThat(store.fleet().labels().set(WS_1, Labels.of("env", "prod"), "dave"))
                .isFalse();

        assertThat(audited()).containsOnlyOnce("labels");
    }

    @Test
    void aWorkspaceAndAnInstallMayEachHaveAsManyLabelsAsThereMayBe() {
        installed(GREETER, origin(MAIN), A);

        store.fleet().labels().set(WS_1, labels("w", 64), "carol");
        store.fleet().labels().set(GREETER, labels("i", 64), "carol");

        assertThat(store.fleet().labels().of(GREETER).values()).hasSize(128);
        assertThatThrownBy(() -> store.fleet().labels().set(WS_1, labels("w", 65), "carol"))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("at most 64");
    }

    private static Labels labels(String prefix, int count) {
        return new Labels(
                IntStream.range(0, count).boxed().collect(Collectors.toMap(number -> prefix + number, number -> "x")));
    }

    @Test
    void nothingIsLabelledThatIsNotInstalled() {
        assertThat(store.fleet().labels().set(GREETER, Labels.of("env", "prod"), "carol"))
                .isFalse();

        assertThat(store.fleet().labels().of(GREETER)).isEqualTo(Labels.none());
    }

    @Test
    void aSelectorChoosesByWhatCountsForAnInstall() {
        installed(GREETER, origin(MAIN), A);
        installed(OTHER, origin(MAIN), A);
        store.fleet().labels().set(WS_1, Labels.of("env", "prod").with("gpu", ""), "carol");
        store.fleet().labels().set(OTHER, Labels.of("env", "prod"), "carol");
        store.fleet().labels().set(GREETER, Labels.of("env", "canary"), "carol");

        assertThat(chosen("env=prod")).containsExactly(OTHER);
        assertThat(chosen("env!=prod")).containsExactly(GREETER);
        assertThat(chosen("gpu")).containsExactly(GREETER);
        assertThat(chosen("!gpu,env=prod")).containsExactly(OTHER);
        assertThat(chosen("env")).containsExactly(GREETER, OTHER);
        assertThat(store.fleet()
                        .labels()
                        .list(LabelSelector.parse("env"), Page.Request.first(1))
                        .next())
                .isPresent();
    }

    @Test
    void labelsGoWithWhatTheyAreOf() {
        installed(GREETER, origin(MAIN), A);
        store.fleet().labels().set(WS_1, Labels.of("env", "prod"), "carol");
        store.fleet().labels().set(GREETER, Labels.of("tier", "gold"), "carol");

        uninstalled(GREETER);

        assertThat(store.fleet().labels().of(GREETER)).hasToString("env=prod");
        store.installs().forget(WS_1, "carol");
        assertThat(store.fleet().labels().of(WS_1)).isEqualTo(Labels.none());
    }

    @Test
    void aRevisionInQuarantineIsNotInstalled() {
        Quarantine quarantine = quarantined(Content.revision(B));

        assertThat(opening(Kind.INSTALL, GREETER)).isEqualTo(new Opening.Quarantined(quarantine));
        assertThat(store.history().newest(GREETER)).isEmpty();
        assertThat(quarantine.actor()).isEqualTo("carol");
        assertThat(quarantine.since()).isEqualTo(clock.instant());
    }

    @Test
    void anUpdateToARevisionInQuarantineStaysPending() {
        Update update = pending();
        quarantined(Content.of(GREETERS, B));

        assertThat(store.journal().open(applying(update, GREETER))).isInstanceOf(Opening.Quarantined.class);
        assertThat(status(update)).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    void aRollbackToARevisionInQuarantineDoesNotOpen() {
        installed(GREETER, origin(MAIN), A);
        quarantined(Content.source(GREETERS));

        assertThat(opening(Kind.ROLLBACK, GREETER)).isInstanceOf(Opening.Quarantined.class);
    }

    @Test
    void whatRunsARevisionInQuarantineCanBeRepairedAndTakenAway() {
        installed(GREETER, origin(MAIN), B);
        quarantined(Content.revision(B));

        NewOperation repair = wanted(Kind.REPAIR, GREETER, B);
        store.journal().close(opened(repair), Closing.succeeded(""));
        uninstalled(GREETER);

        assertThat(store.installs().find(GREETER)).isEmpty();
    }

    @Test
    void aQuarantineOfAnotherSourceOrRevisionForbidsNothing() {
        quarantined(Content.of(Source.parse("github://acme/other"), B));
        quarantined(Content.of(GREETERS, C));

        assertThat(opening(Kind.INSTALL, GREETER)).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void aQuarantineForbidsInItsScopeOnly() {
        store.fleet().labels().set(WS_1, Labels.of("env", "prod"), "carol");
        store.fleet()
                .quarantines()
                .declare(Declaration.of(Content.revision(B), "slow", "carol").in(Scope.labels("env=prod")));
        store.fleet()
                .quarantines()
                .declare(Declaration.of(Content.revision(B), "slow", "carol")
                        .in(Scope.install(InstallKey.of("ws-3", "greeter"))));

        assertThat(opening(Kind.INSTALL, GREETER)).isInstanceOf(Opening.Quarantined.class);
        assertThat(opening(Kind.INSTALL, InstallKey.of("ws-3", "greeter"))).isInstanceOf(Opening.Quarantined.class);
        assertThat(opening(Kind.INSTALL, OTHER)).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void aQuarantineThatIsLiftedForbidsNothingAndIsKept() {
        Quarantine quarantine = quarantined(Content.revision(B));
        clock.advance(HOUR);

        Quarantine lifted = store.fleet()
                .quarantines()
                .lift(quarantine.id(), "dave", "it was the network")
                .orElseThrow();

        assertThat(lifted.until()).contains(clock.instant());
        assertThat(opening(Kind.INSTALL, GREETER)).isInstanceOf(Opening.Opened.class);
        assertThat(store.fleet().quarantines().active()).isEmpty();
        assertThat(store.fleet().quarantines().list(ALL).items()).containsExactly(lifted);
        assertThat(audited()).contains("quarantine", "quarantine-lifted");
    }

    @Test
    void aQuarantineIsAuditedWithWhatItForbidsAndWhere() {
        installed(GREETER, origin(MAIN), A);
        Quarantine one = store.fleet()
                .quarantines()
                .declare(Declaration.of(Content.revision(B), "slow", "carol").in(new Scope.One(GREETER)));
        store.fleet().quarantines().lift(one.id(), "dave", "");

        assertThat(entries("quarantine"))
                .extracting(AuditEntry::key, AuditEntry::to)
                .containsExactly(tuple(Optional.of(GREETER), Optional.of(B)));
        assertThat(entries("quarantine-lifted"))
                .extracting(AuditEntry::key, AuditEntry::outcome)
                .containsExactly(tuple(
                        Optional.of(GREETER),
                        "quarantine " + one.id() + " of " + one.content() + " (" + one.scope() + ")"));
    }

    @Test
    void aQuarantineIsLiftedOnce() {
        Quarantine quarantine = quarantined(Content.revision(B));
        store.fleet().quarantines().lift(quarantine.id(), "dave", "");
        clock.advance(HOUR);

        store.fleet().quarantines().lift(quarantine.id(), "erin", "");

        assertThat(audited()).containsOnlyOnce("quarantine-lifted");
        assertThat(store.fleet().quarantines().lift(987_654, "erin", "")).isEmpty();
    }

    @Test
    void aQuarantineEndsByItselfByTheClockOfTheStore() {
        store.fleet()
                .quarantines()
                .declare(Declaration.of(Content.revision(B), "slow", "carol")
                        .until(clock.instant().plus(HOUR)));
        assertThat(opening(Kind.INSTALL, GREETER)).isInstanceOf(Opening.Quarantined.class);

        clock.advance(HOUR);

        assertThat(opening(Kind.INSTALL, GREETER)).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void whatRunsARevisionInQuarantineIsListed() {
        installed(GREETER, origin(MAIN), B);
        installed(OTHER, origin(MAIN), A);
        Quarantine quarantine = quarantined(Content.revision(B));

        assertThat(store.fleet().quarantines().affected(quarantine, ALL).items())
                .extracting(Install::key)
                .containsExactly(GREETER);
        assertThat(quarantine.rollout()).isEqualTo(OptionalLong.empty());
    }

    @Test
    void aPlanIsKeptByNameAndAuditedWhenItChanges() {
        RolloutPlan careful = RolloutPlan.parse("ring 5% soak PT1H; ring rest; halt 20% of 5");

        store.fleet().plans().set("careful", careful, "carol");
        store.fleet().plans().set("careful", careful, "carol");

        assertThat(store.fleet().plans().find("careful")).contains(careful);
        assertThat(store.fleet().plans().list(ALL).items()).containsExactly(new NamedPlan("careful", careful));
        assertThat(audited()).containsOnlyOnce("plan");
        assertThat(store.fleet().plans().remove("careful", "carol")).isTrue();
        assertThat(store.fleet().plans().remove("careful", "carol")).isFalse();
        assertThat(store.fleet().plans().find("careful")).isEmpty();
        assertThatThrownBy(() -> store.fleet().plans().set("Not A Name", careful, "carol"))
                .isInstanceOf(PermanentException.class);
    }
}
