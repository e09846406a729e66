package dev.holdfast.admin;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The workspaces of a host that names none: those that something is installed in. */
final class RecordedWorkspaces implements AdminWorkspaces {

    private final Holdfast holdfast;

    RecordedWorkspaces(Holdfast holdfast) {
        this.holdfast = holdfast;
    }

    /** A workspace whose installs cross the end of a part is in both parts. */
    @Override
    public Page<Entry> list(Page.Request page) {
        Page<Install> installs = holdfast.installs(page);
        Map<String, Entry> entries = new TreeMap<>();
        installs.items()
                .forEach(install -> entries.putIfAbsent(install.workspace().value(), entry(install)));
        return new Page<>(entries.values().stream().toList(), installs.next());
    }

    @Override
    public Optional<Entry> find(WorkspaceId id) {
        return holdfast.installs(id, Page.Request.first(1)).items().stream()
                .map(RecordedWorkspaces::entry)
                .findFirst();
    }

    private static Entry entry(Install install) {
        return new Entry(install.workspace(), install.address());
    }
}
