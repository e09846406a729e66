package dev.holdfast.examples.e2e;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A node that watches an image, and dies at one step, unless another one did: it writes down where in a file that may
 * not be there yet. With a time of its own it looks once, at that time; otherwise until the file {@code over} is there.
 */
final class RecreateVictim {

    private RecreateVictim() {}

    /** Arguments: url, schema, image, node, step, how, file to write, then a time or nothing. */
    public static void main(String[] arguments) {
        RecreatePlace place = new RecreatePlace(arguments[0], arguments[1], arguments[2]);
        Path died = Path.of(arguments[6]);
        boolean once = arguments.length > 7;
        JdbcTrackingStore store =
                once ? place.store(Clock.fixed(Instant.parse(arguments[7]), ZoneOffset.UTC)) : place.store();
        DockerClient client = DockerClients.connect();
        ImageWatcher watcher = place.watcher(arguments[3], client, store, step -> {
            if (step.equals(arguments[4]) && isFirst(died, step)) {
                KillVictim.end(arguments[5]);
            }
        });
        int refreshed = 0;
        do {
            refreshed += watcher.check().of(Outcome.REFRESHED).size();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(once ? 0 : 200));
        } while (!once && !Files.exists(died.resolveSibling("over")));
        System.out.println("refreshed " + refreshed);
        Runtime.getRuntime().halt(3);
    }

    private static boolean isFirst(Path died, String step) {
        try {
            Files.createFile(died);
            Files.writeString(died, step);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
