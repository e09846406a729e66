package dev.holdfast.store.memory;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.LabelSelector;
import dev.holdfast.spi.fleet.LabelStore;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;

/** The labels of workspaces and installs. */
record InMemoryLabels(InMemoryTables tables) implements LabelStore {

    @Override
    public Labels of(WorkspaceId workspace) {
        return tables.locked(() -> tables.fleet.workspaceLabels.getOrDefault(workspace, Labels.none()));
    }

    @Override
    public Labels of(InstallKey key) {
        return tables.locked(() -> tables.fleet.labels(key));
    }

    @Override
    public boolean set(WorkspaceId workspace, Labels labels, String actor) {
        labels.checkOwn();
        return tables.locked(() -> {
            boolean changes = !labels.equals(of(workspace));
            if (changes) {
                tables.fleet.workspaceLabels.put(workspace, labels);
                tables.audit(AuditEntry.of(actor, "labels", "workspace " + workspace + ": " + labels.text()));
            }
            return changes;
        });
    }

    @Override
    public boolean set(InstallKey key, Labels labels, String actor) {
        labels.checkOwn();
        return tables.locked(() -> {
            boolean changes = tables.installs.containsKey(key)
                    && !labels.equals(tables.fleet.installLabels.getOrDefault(key, Labels.none()));
            if (changes) {
                tables.fleet.installLabels.put(key, labels);
                tables.audit(AuditEntry.of(actor, "labels", labels.text()).about(key));
            }
            return changes;
        });
    }

    @Override
    public Page<Install> list(LabelSelector selector, Page.Request page) {
        return tables.installs(install -> selector.matches(tables.fleet.labels(install.key())), page);
    }
}
