package dev.holdfast.store.memory;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.InstallStore;
import dev.holdfast.spi.store.Page;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is installed. */
final class InMemoryInstalls implements InstallStore {

    private final InMemoryTables tables;

    InMemoryInstalls(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public Optional<Install> find(InstallKey key) {
        return tables.locked(() -> Optional.ofNullable(tables.installs.get(key)));
    }

    @Override
    public Optional<Install> at(Destination destination) {
        return tables.locked(
                () -> Optional.ofNullable(tables.destinations.get(destination)).map(tables.installs::get));
    }

    @Override
    public Page<Install> list(Page.Request page) {
        return tables.installs(install -> true, page);
    }

    @Override
    public Page<Install> list(WorkspaceId workspace, Page.Request page) {
        return tables.installs(install -> install.workspace().equals(workspace), page);
    }

    @Override
    public boolean setPolicy(InstallKey key, UpdatePolicy policy, String actor) {
        return tables.locked(() -> {
            Optional<Install> found = find(key);
            found.filter(install -> !install.policy().equals(policy))
                    .ifPresent(install -> write(install, policy, actor));
            return found.isPresent();
        });
    }

    private void write(Install install, UpdatePolicy policy, String actor) {
        tables.put(install.policy(policy));
        tables.audit(AuditEntry.of(actor, "policy", policy.toString()).about(install.key()));
    }

    @Override
    public int forget(WorkspaceId workspace, String actor) {
        return tables.locked(() -> {
            endOperations(workspace, actor);
            resolveUpdates(workspace, actor);
            List<Install> installs = tables.installs.values().stream()
                    .filter(install -> install.workspace().equals(workspace))
                    .toList();
            installs.forEach(install -> drop(install, actor));
            tables.fleet.workspaceLabels.remove(workspace);
            tables.places.values().removeIf(place -> place.key.workspace().equals(workspace));
            tables.bad.keySet().removeIf(key -> key.workspace().equals(workspace));
            tables.verified.keySet().removeIf(key -> key.workspace().equals(workspace));
            forgetDecisions(workspace);
            return installs.size();
        });
    }

    /** A later workspace of that name begins without what was decided for this one. */
    private void forgetDecisions(WorkspaceId workspace) {
        tables.dismissed.removeIf(decision -> isOf(workspace, decision.subject()));
        tables.seen.keySet().removeIf(decision -> isOf(workspace, decision.subject()));
        tables.updates.values().stream()
                .filter(update -> isOf(workspace, update.subject()))
                .forEach(update -> tables.forgotten.add(update.id()));
    }

    private static boolean isOf(WorkspaceId workspace, Subject subject) {
        return subject instanceof PluginSubject plugin
                && plugin.key().workspace().equals(workspace);
    }

    private void endOperations(WorkspaceId workspace, String actor) {
        List<Operation> open = tables.openOperations.values().stream()
                .filter(operation -> operation.key().workspace().equals(workspace))
                .toList();
        open.forEach(operation ->
                new InMemoryClosing(tables, operation).end(Outcome.FAILED, "the workspace was forgotten", actor));
    }

    private void resolveUpdates(WorkspaceId workspace, String actor) {
        Stream<Update> open = tables.openUpdates.values().stream().map(tables.updates::get);
        List<Update> ours = open.filter(update -> update.subject() instanceof Subject.PluginSubject subject
                        && subject.key().workspace().equals(workspace))
                .toList();
        ours.forEach(update -> tables.move(update, UpdateStatus.RESOLVED, actor));
    }

    private void drop(Install install, String actor) {
        tables.remove(install.key());
        tables.observations.remove(install.key());
        tables.fleet.installLabels.remove(install.key());
        tables.dropUnfollowed(install.origin().upstream());
        tables.audit(AuditEntry.of(actor, "forget", "the workspace was forgotten")
                .about(install.key())
                .from(install.revision()));
    }
}
