package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.Page;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists what an engine's containers run. */
@Command(
        name = "list",
        description = {
            "List the images that containers of this machine's engine run, and what is remembered of their tags.",
            "No registry is asked: 'images refresh' and 'images pull' do."
        })
final class ImagesCommand extends HostCommand {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    ImagesCommand(Cli cli) {
        super(cli);
    }

    /**
     * An image that containers run.
     *
     * @param entry what is remembered of its tag; empty where nobody has watched it
     */
    private record Running(ImageReference image, List<RunningContainer> containers, Optional<ImageLedger.Entry> entry) {

        List<String> digests() {
            return containers.stream()
                    .flatMap(container -> container.digests().stream())
                    .map(Object::toString)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    @Override
    Answer answer(Host host) {
        Deadline deadline = Deadline.after(PATIENCE);
        String site = host.engine().site(deadline);
        List<Running> images = host.engine().running(deadline).stream()
                .collect(Collectors.groupingBy(
                        container -> container.image().toString(), TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(containers -> running(host, site, containers))
                .toList();
        return new RowsAnswer<>(
                new Page<>(images, Optional.empty()),
                ImagesCommand::form,
                Table.of("IMAGE", "CONTAINERS", "TAG STOOD AT", "LEDGER", "UPDATE"),
                ImagesCommand::cells,
                "No container runs an image by a tag.");
    }

    private static Running running(Host host, String site, List<RunningContainer> containers) {
        ImageReference image = containers.get(0).image();
        return new Running(image, containers, host.imageLedger().find(new WatchedImage(site, image)));
    }

    private static ObjectNode form(Running running) {
        ObjectNode json = Json.object().put("image", running.image().toString());
        json.set(
                "containers",
                Json.texts(running.containers().stream()
                        .map(RunningContainer::name)
                        .toList()));
        json.set("runs", Json.texts(running.digests()));
        json.put(
                "observed",
                running.entry().map(entry -> entry.observed().value()).orElse(null));
        json.put("phase", running.entry().map(entry -> Json.word(entry.phase())).orElse(null));
        return json.set(
                "update",
                running.entry()
                        .flatMap(ImageLedger.Entry::update)
                        .map(Json::update)
                        .orElse(null));
    }

    private static String[] cells(Running running, Ages ages) {
        return new String[] {
            running.image().toString(),
            Integer.toString(running.containers().size()),
            running.entry()
                    .map(entry -> brief(entry.observed().value()) + ", " + ages.ago(entry.changedAt()))
                    .orElse(Words.NOTHING),
            running.entry().map(entry -> Json.word(entry.phase())).orElse("not watched"),
            running.entry()
                    .flatMap(ImageLedger.Entry::update)
                    .map(update -> update.id() + " " + Json.word(update.status()))
                    .orElse(Words.NOTHING)
        };
    }

    /** Returns as much of a digest as people compare. */
    static String brief(String digest) {
        String hex = digest.substring(digest.indexOf(':') + 1);
        return hex.substring(0, Math.min(12, hex.length()));
    }
}
