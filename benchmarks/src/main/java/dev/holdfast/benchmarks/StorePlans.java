package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.PlanSource.Plan;
import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Does once what nodes do all day, and shows by which plan the server does it. */
final class StorePlans {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Page.Request PAGE = Page.Request.first(100);
    private static final InstallKey KEY = InstallKey.of("ws-4711", "plugin");
    /** Upstream 100 has moved. */
    private static final Upstream UPSTREAM = new Upstream("scripted", "scripted://r100", "host-100");

    private final PlanSource plans;
    private final JdbcTrackingStore store;

    StorePlans(DataSource source, String url) {
        this.plans = new PlanSource(source, url);
        this.store = JdbcTrackingStore.over(plans.source());
    }

    private static final String RARE = "forget a workspace";

    void explain(Report report) {
        sweep();
        List<Update> pending = decide();
        apply(pending.get(2));
        look();
        write(report);
    }

    private void sweep() {
        SweepClaim claim = doing("claim what is due", () -> {
            // The last one of the run before is due in an hour.
            store.sweeps().claimDue("node-a", 32, MINUTE);
            return store.sweeps().claim("node-a", UPSTREAM, MINUTE).orElseThrow();
        });
        doing("record an answer", () -> store.sweeps().record(claim, findings(claim), MINUTE));
        SweepClaim again = store.sweeps().claim("node-a", UPSTREAM, MINUTE).orElseThrow();
        doing("record a failure", () -> store.sweeps().fail(again, Reason.UNREACHABLE, "no route", MINUTE));
    }

    private static List<Finding> findings(SweepClaim claim) {
        return List.of(new Finding(
                TrackedRef.latestTag(),
                Revision.of("c".repeat(40)),
                Optional.of("v1.2.0"),
                DriftKind.UPSTREAM_MOVED,
                !claim.tracked().isEmpty()));
    }

    private List<Update> decide() {
        List<Update> pending = doing(
                "list what is pending",
                () -> store.updates()
                        .list(UpdateQuery.of(UpdateStatus.PENDING), PAGE)
                        .items());
        doing("list what policies decide on", () -> store.updates().list(UpdateQuery.forPolicies(), PAGE));
        doing("list the history of an install", () -> store.updates().list(UpdateQuery.of(KEY), PAGE));
        doing("dismiss", () -> store.updates().dismiss(pending.get(0).id(), "tester", ""));
        doing("retry", () -> store.updates().retry(pending.get(1).id(), "tester"));
        return pending;
    }

    private void apply(Update update) {
        InstallKey key = ((dev.holdfast.spi.Subject.PluginSubject) update.subject()).key();
        Install install =
                doing("find an install", () -> store.installs().find(key)).orElseThrow();
        Goal goal = new Goal(install.origin(), Stamp.of(Instant.EPOCH, 1), update.to(), update.version());
        NewOperation wanted = NewOperation.of(Kind.UPGRADE, key, install.address(), "tester")
                .goal(goal)
                .heldBy("node-a", MINUTE)
                .applying(update.id());
        Opening opening = doing("open an operation", () -> store.journal().open(wanted));
        Operation opened = ((Opening.Opened) opening).operation();
        doing("note progress", () -> store.journal().advance(opened, Phase.STAGED, Duration.ZERO));
        Operation taken = doing(
                        "take over what has expired", () -> store.journal().claimExpired("node-b", MINUTE, 20, 0))
                .get(0);
        doing("record an install", () -> store.journal().record(taken, install));
        doing(
                "close an operation",
                () -> store.journal().close(taken, Closing.succeeded("").remembering(Revision.of("d".repeat(40)))));
    }

    private void look() {
        doing(
                "find who is at a destination",
                () -> store.installs()
                        .at(store.installs().find(KEY).orElseThrow().destination()));
        doing("list installs", () -> store.installs().list(PAGE));
        doing("list installs of a workspace", () -> store.installs().list(KEY.workspace(), PAGE));
        doing("list places", () -> store.places().list(PAGE));
        doing(
                "list operations of an install",
                () -> store.history().list(KEY, Page.Request.first(500)).items());
        doing("list bad revisions", () -> store.updates().bad(KEY));
        doing("list upstreams", () -> store.upstreams().list(PAGE));
        doing("list the audit", () -> store.audit().list(PAGE));
        doing("list the audit of a workspace", () -> store.audit().list(KEY.workspace(), PAGE));
        doing(RARE, () -> store.installs().forget(KEY.workspace(), "tester"));
    }

    private interface Doing<T> {
        T now();
    }

    private <T> T doing(String what, Doing<T> work) {
        plans.doing(what);
        return work.now();
    }

    private void write(Report report) {
        List<String> scans = new ArrayList<>();
        List<String> sorts = new ArrayList<>();
        StringBuilder text =
                new StringBuilder("## Plans\n\nOf every statement, with the values it ran with; where the generic"
                        + " plan is another one, that too. The one row of `epoch` is read as such. What has moved is queued in the order of its keys, so that"
                        + " writers who meet do not deadlock: that sort, of the installs of one upstream, is counted; those of"
                        + " forgetting a workspace, which nobody waits for, are not.\n");
        for (Plan plan : plans.plans()) {
            text.append("\n### ").append(plan.doing()).append("\n\n```\n");
            text.append(PlanSource.shortened(plan.sql())).append("\n\n").append(lines(plan.withValues()));
            if (!nodes(plan.generic()).equals(nodes(plan.withValues()))) {
                text.append("\ngeneric:\n").append(lines(plan.generic()));
            }
            text.append("```\n");
            for (List<String> lines : List.of(plan.withValues(), plan.generic())) {
                lines.stream()
                        .filter(line -> line.contains("Seq Scan") && !line.contains("Seq Scan on epoch"))
                        .forEach(line -> scans.add(plan.doing() + ": " + line.strip()));
                lines.stream()
                        .filter(line -> !plan.doing().equals(RARE))
                        .filter(line -> line.matches("\\s*(->)?\\s*(Incremental )?Sort"))
                        .forEach(line -> sorts.add(plan.doing() + ": " + line.strip()));
            }
        }
        report.note(text.toString());
        report.count("store-statements", plans.plans().size());
        report.count("store-sequential-scans", scans.size());
        scans.forEach(System.out::println);
        report.count("store-sorts", sorts.size());
        sorts.forEach(System.out::println);
    }

    private static String lines(List<String> lines) {
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    /** The plan without conditions, in which values show. */
    private static List<String> nodes(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("->") || !line.contains(":"))
                .map(String::strip)
                .toList();
    }
}
