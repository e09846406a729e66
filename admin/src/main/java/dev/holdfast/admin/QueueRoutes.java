package dev.holdfast.admin;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The updates that wait for somebody, with all that a list of them shows: one request, however many there are. */
final class QueueRoutes {

    private final Holdfast holdfast;
    private final SharedAnswers shared;

    QueueRoutes(Services services) {
        this.holdfast = services.holdfast();
        this.shared = services.shared();
    }

    /**
     * An update, and what is known of its install.
     *
     * @param fromVersion the name of what is installed; null if it has none
     * @param source from where; null if nothing is installed any more
     * @param labels of the workspace
     */
    record QueueView(
            UpdateView update,
            @Nullable String fromVersion,
            @Nullable String source,
            @Nullable String policy,
            Map<String, String> labels) {}

    void routes(Routes routes) {
        routes.get("/admin/queue", this::list);
    }

    /** All open pages ask for this after each event, and get the same. */
    private void list(Exchange ctx) {
        String query = String.valueOf(ctx.request().getQueryString());
        Requests.answer(ctx, shared.of("queue?" + query, () -> part(ctx)));
    }

    private Requests.Part part(Exchange ctx) {
        EnumSet<UpdateStatus> statuses = EnumSet.of(UpdateStatus.PENDING, UpdateStatus.APPLYING, UpdateStatus.FAILED);
        Requests.query(ctx, "status").ifPresent(word -> {
            statuses.clear();
            statuses.add(Requests.word(UpdateStatus.class, word));
        });
        UpdateQuery query = new UpdateQuery(statuses, Requests.workspaceQuery(ctx), Optional.empty());
        Known known = new Known(holdfast);
        return Requests.part(holdfast.updates().list(query, Requests.page(ctx)), known::view);
    }

    /** What is known of the workspaces of one answer: two questions for each of them. */
    private static final class Known {

        private final Holdfast holdfast;
        private final Map<InstallKey, Install> installs = new HashMap<>();
        private final Map<WorkspaceId, Map<String, String>> labels = new HashMap<>();

        Known(Holdfast holdfast) {
            this.holdfast = holdfast;
        }

        QueueView view(Update update) {
            Optional<InstallKey> key =
                    update.subject() instanceof PluginSubject plugin ? Optional.of(plugin.key()) : Optional.empty();
            Map<String, String> labelled = key.map(of -> look(of.workspace())).orElse(Map.of());
            Optional<Install> install = key.flatMap(of -> Optional.ofNullable(installs.get(of)));
            return new QueueView(
                    UpdateView.of(update),
                    install.filter(of -> of.revision().equals(update.from()))
                            .flatMap(of -> of.release().version())
                            .orElse(null),
                    install.map(of -> of.origin().source().base()).orElse(null),
                    install.map(of -> of.policy().toString()).orElse(null),
                    labelled);
        }

        private Map<String, String> look(WorkspaceId workspace) {
            return labels.computeIfAbsent(workspace, id -> {
                holdfast.installs(id).forEach(install -> installs.put(install.key(), install));
                return holdfast.labels().of(id).values();
            });
        }
    }
}
