package dev.holdfast.examples.cli;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageRefresher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A host: a database, resolvers, targets, and Holdfast over them. This is the wiring to copy.
 *
 * <p>It starts no loop. Each command calls the one public method that it needs, as a host with a scheduler of its own
 * would.
 */
final class Host implements AutoCloseable {

    private final List<HoldfastEvent> events = new CopyOnWriteArrayList<>();
    private final Database.Opened database;
    private final GitSources git;
    private final SshAccess ssh;
    private final DockerAccess docker = new DockerAccess();
    private final Images images;
    private final Holdfast holdfast;

    private Host(Database.Opened database, HostOptions options, Console console, Images images, Runnable beforeGit) {
        this.database = database;
        this.images = images;
        this.git = GitAccess.sources(options, console, beforeGit);
        this.ssh = new SshAccess(options, console);
        HoldfastBuilder parts = Holdfast.builder()
                .store(database.store())
                .resolver(git)
                .target(DirectoryTarget.create())
                .target(docker)
                .target(ssh)
                .listener(events::add);
        if (options.local != null) {
            parts.resolver(LocalResolver.over(console.resolve(options.local)));
        }
        this.holdfast = parts.build();
    }

    /** @param beforeGit what a process does before its first use of git */
    static Host open(HostOptions options, Console console, Database database, Images images, Runnable beforeGit) {
        Database.Opened opened = database.open(options, console);
        try {
            return new Host(opened, options, console, images, beforeGit);
        } catch (HoldfastException e) {
            opened.close();
            throw e;
        }
    }

    ImageLedger imageLedger() {
        return database.images();
    }

    ContainerIndex containerIndex() {
        return database.containers();
    }

    /** Returns what lists, pulls for and recreates containers. */
    ImageRefresher engine() {
        return images.engine(docker);
    }

    /** Returns what asks registries, without TLS where it is said. */
    ImageDigests registries(List<String> plainHttp) {
        return images.registries(plainHttp);
    }

    Holdfast holdfast() {
        return holdfast;
    }

    /** Returns what has happened since this was asked last. */
    List<HoldfastEvent> told() {
        List<HoldfastEvent> told = List.copyOf(events);
        events.removeAll(told);
        return told;
    }

    @Override
    public void close() {
        holdfast.close();
        docker.close();
        ssh.close();
        git.close();
        database.close();
    }
}
