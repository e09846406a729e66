package dev.holdfast.examples.e2e;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

@Needs(Facility.GIT_HTTP)
final class DirectoryEndToEndIT extends EndToEndStory {

    @TempDir
    private Path directory;

    @Override
    DeliveryTarget target() {
        return DirectoryTarget.create();
    }

    @Override
    TargetAddress address() {
        return TargetAddress.parse("dir://" + directory.resolve("plugins"));
    }

    @Override
    Optional<String> read(String path) {
        return LocalReader.read(directory.resolve("plugins").resolve(path));
    }

    @Override
    List<String> everything() {
        return LocalReader.everything(directory.resolve("plugins"));
    }
}
