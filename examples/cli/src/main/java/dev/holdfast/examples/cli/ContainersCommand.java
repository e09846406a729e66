package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.spi.container.ContainerIndex.ContainerQuery;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.WorkloadId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what hosts on the same records know of containers. */
@Command(
        name = "list",
        description = {
            "List the containers of workloads, as hosts with a container index have last seen them.",
            "No engine is asked: the records of --jdbc are read."
        })
final class ContainersCommand extends HostCommand {

    @Option(names = "--workload", paramLabel = "NAME", description = "Only those of this workload.")
    private @Nullable WorkloadId workload;

    @Option(names = "--host", paramLabel = "NAME", description = "Only those on this machine.")
    private @Nullable String host;

    @Option(
            names = "--status",
            paramLabel = "STATE",
            description = "Only those in this state, such as running or missing. May be repeated.")
    private List<ContainerState> states = List.of();

    @Mixin
    private final PageOptions page = new PageOptions();

    ContainersCommand(Cli cli) {
        super(cli);
    }

    @Override
    Answer answer(Host opened) {
        ContainerQuery query = new ContainerQuery(
                Optional.ofNullable(workload), Optional.ofNullable(host), Optional.empty(), Set.copyOf(states));
        return new RowsAnswer<>(
                opened.containerIndex().list(query, page.request()),
                ContainersCommand::form,
                Table.of("CONTAINER", "NAME", "STATE", "IMAGE", "SEEN"),
                ContainersCommand::cells,
                "No such container is indexed.");
    }

    private static ObjectNode form(IndexedContainer row) {
        ObjectNode json = Json.object()
                .put("key", row.key().toString())
                .put("host", row.key().host())
                .put("workload", row.key().workload().value())
                .put("role", row.key().role())
                .put("replica", row.key().replica())
                .put("kind", row.kind())
                .put("id", row.facts().containerId())
                .put("name", row.facts().name())
                .put("image", row.facts().image())
                .put("state", Json.word(row.facts().state()));
        if (row.facts().exitCode().isPresent()) {
            json.put("exitCode", row.facts().exitCode().getAsInt());
        } else {
            json.putNull("exitCode");
        }
        return json.put("stopRequested", row.stopRequested())
                .put("seenAt", row.seenAt().toString());
    }

    private static String[] cells(IndexedContainer row, Ages ages) {
        return new String[] {
            row.key().toString(),
            row.facts().name(),
            Json.word(row.facts().state()),
            row.facts().image(),
            ages.ago(row.seenAt())
        };
    }
}
