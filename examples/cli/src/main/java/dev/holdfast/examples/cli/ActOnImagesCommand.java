package dev.holdfast.examples.cli;

import dev.holdfast.images.ImageReport;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.image.ImageReference;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks registries about images, and does something with what they say. */
@Command
final class ActOnImagesCommand extends HostCommand {

    private final Act act;

    @Parameters(
            paramLabel = "IMAGE",
            arity = "1..*",
            description = "As its containers were made of it: registry/name:tag. Registries are asked anonymously.")
    private List<ImageReference> images = List.of();

    @Option(
            names = "--plain-http",
            paramLabel = "REGISTRY",
            description = "Ask this registry without TLS. May be repeated.")
    private List<String> plainHttp = List.of();

    /** @param act what to do */
    ActOnImagesCommand(Cli cli, Act act) {
        super(cli);
        this.act = act;
    }

    /** What is done with images. */
    @FunctionalInterface
    interface Act {

        ImageReport on(ImageWatcher watcher, Collection<ImageReference> images, String actor);
    }

    @Override
    Answer answer(Host host) {
        ImageWatcher.Builder watcher = ImageWatcher.builder()
                .digests(host.registries(plainHttp))
                .refresher(host.engine())
                .ledger(host.imageLedger())
                .policy(UpdatePolicy.manual());
        images.forEach(watcher::image);
        try (ImageWatcher watching = watcher.build()) {
            return new ImagesAnswer(act.on(watching, images, actor()));
        }
    }
}
