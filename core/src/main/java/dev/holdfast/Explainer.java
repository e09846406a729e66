package dev.holdfast;

import dev.holdfast.Explanation.Code;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.internal.RolloutTurns;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Says why nothing happens to an install, from what the store knows; asks neither upstream nor target. */
final class Explainer {

    private final Engine engine;
    private final Install install;

    Explainer(Engine engine, Install install) {
        this.engine = engine;
        this.install = install;
    }

    Explanation explain() {
        return why().with(engine.trust().verified(install));
    }

    private Explanation why() {
        Optional<Operation> open = engine.underWay(install.key());
        if (open.isPresent()) {
            return underWay(open.get());
        }
        Optional<Observation> differing = engine.store()
                .inspections()
                .find(install.key())
                .filter(seen -> seen.condition().differs());
        if (differing.isPresent()) {
            return differing(differing.get());
        }
        List<Update> history = updates();
        return history.stream()
                .filter(update -> update.status() == UpdateStatus.PENDING)
                .findFirst()
                .map(this::pending)
                .orElseGet(() -> upstream(history));
    }

    private List<Update> updates() {
        return engine.store()
                .updates()
                .list(UpdateQuery.of(install.key()), Page.Request.first(Page.LARGEST))
                .items();
    }

    private Explanation underWay(Operation operation) {
        Instant until = operation.claim().until();
        String text = operation.kind() + " operation " + operation.id() + " of "
                + operation.claim().owner() + " is at " + operation.phase();
        return new Explanation(
                new PluginSubject(install.key()), Code.UNDER_WAY, text, Optional.of(until), operation.update());
    }

    private Explanation differing(Observation seen) {
        String remedy = install.policy().repairs() && seen.condition() != Observation.Condition.FOREIGN
                ? "its policy repairs it"
                : "repair it, or install it again";
        return because(
                Code.TARGET_DIFFERS,
                "at " + install.destination() + " it was " + seen.condition() + " on " + seen.lookedAt() + ", since "
                        + seen.since() + ": " + seen.detail() + "; " + remedy,
                Optional.of(seen.dueAt()));
    }

    private Explanation pending(Update update) {
        Instant now = engine.rules().clock().instant();
        PolicyHold hold = Policies.of(engine)
                .hold(install, update, now)
                .filter(why -> why.code() != Code.WAITS_FOR_OPERATOR)
                .or(() -> new RolloutTurns(engine.store()).hold(install, update))
                .or(() -> install.policy().isManual() ? PolicyHold.operator(update) : Optional.empty())
                .orElseGet(() -> new PolicyHold(
                        Code.READY,
                        "update " + update.id() + " begins with the next pass of the policies",
                        Optional.of(now)));
        return new Explanation(
                new PluginSubject(install.key()), hold.code(), hold.text(), hold.until(), OptionalLong.of(update.id()));
    }

    private Explanation upstream(List<Update> history) {
        TrackedRef track = install.origin().track();
        if (track instanceof TrackedRef.None || track instanceof TrackedRef.Sha) {
            return because(Code.FOLLOWS_NOTHING, "it follows " + track + ", which never moves", Optional.empty());
        }
        Optional<UpstreamStatus> known =
                engine.store().upstreams().find(install.origin().upstream());
        if (known.isEmpty()) {
            return because(Code.NOT_ASKED_YET, "its upstream is not known yet", Optional.empty());
        }
        UpstreamStatus status = known.get();
        Optional<Instant> next = Optional.of(status.dueAt());
        if (status.suspended().isPresent()) {
            String why =
                    status.upstream() + " is suspended: " + status.suspended().get();
            return because(Code.SUSPENDED, why, Optional.empty());
        }
        if (status.lastError().isPresent()) {
            return because(Code.UPSTREAM_FAILING, failing(status), next);
        }
        Optional<Revision> stands = Optional.ofNullable(status.refs().get(track));
        if (status.checkedAt().filter(at -> !at.isBefore(install.updatedAt())).isEmpty()) {
            // What a rollback left is known as bad at once; all else may have moved since it was last asked for.
            return stands.filter(revision -> !revision.equals(install.revision()) && isBad(revision))
                    .map(this::rolledBack)
                    .orElseGet(() -> because(
                            Code.NOT_ASKED_YET, status.upstream() + " was not asked since this was installed", next));
        }
        return standing(track, stands, next, history);
    }

    private static String failing(UpstreamStatus status) {
        return status.upstream() + " could not be asked " + status.failures() + " times, since "
                + status.failingSince().map(Instant::toString).orElse("an unknown time") + ": "
                + status.lastError().orElse("");
    }

    private Explanation standing(
            TrackedRef track, Optional<Revision> now, Optional<Instant> next, List<Update> history) {
        if (now.isEmpty()) {
            return because(Code.REF_ABSENT, "upstream has nothing that " + track + " means" + noted(track), next);
        }
        Revision stands = now.get();
        if (stands.equals(install.revision())) {
            String stale = engine.trust()
                    .stale(install.origin().source())
                    .map(found -> "; " + found.text())
                    .orElse("");
            return because(Code.UP_TO_DATE, track + " stands at what is installed" + noted(track) + stale, next);
        }
        if (track instanceof TrackedRef.Tag) {
            return because(
                    Code.REF_REWRITTEN,
                    track + " was moved upstream to " + stands + "; find out why before you install it again",
                    next);
        }
        return declined(stands, history, next);
    }

    /** Known to the node that asked: another node says the same after its own look. */
    private String noted(TrackedRef track) {
        return engine.resolvers()
                .note(install.origin().upstream(), track)
                .map(note -> ": " + note)
                .orElse("");
    }

    private Explanation declined(Revision stands, List<Update> history, Optional<Instant> next) {
        Optional<Update> last =
                history.stream().filter(update -> update.to().equals(stands)).findFirst();
        if (last.filter(update -> update.status() == UpdateStatus.DISMISSED).isPresent()) {
            return about(
                    last.get(),
                    Code.DISMISSED,
                    last.get().actor() + " dismissed it; another revision is offered again");
        }
        if (last.filter(update -> update.status() == UpdateStatus.FAILED).isPresent()) {
            return about(
                    last.get(),
                    Code.FAILED,
                    "it failed: " + last.get().lastError().orElse("no reason was recorded")
                            + "; retry it, or wait for another");
        }
        if (isBad(stands)) {
            return rolledBack(stands);
        }
        return because(Code.NOT_ASKED_YET, "the next look at its upstream queues revision " + stands, next);
    }

    private boolean isBad(Revision revision) {
        return engine.store().updates().bad(install.key()).contains(revision);
    }

    private Explanation rolledBack(Revision revision) {
        return because(
                Code.BAD_REVISION,
                "revision " + revision
                        + " was rolled back and is not offered again; install it by hand to take it anyway",
                Optional.empty());
    }

    private Explanation about(Update update, Code code, String text) {
        return new Explanation(
                new PluginSubject(install.key()),
                code,
                "update " + update.id() + ": " + text,
                Optional.empty(),
                OptionalLong.of(update.id()));
    }

    private Explanation because(Code code, String text, Optional<Instant> next) {
        return new Explanation(new PluginSubject(install.key()), code, text, next, OptionalLong.empty());
    }
}
