package dev.holdfast.examples.e2e;

import dev.holdfast.contracts.kill.Failpoint;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.contracts.kill.KillOperation;
import dev.holdfast.contracts.kill.KillPlace;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerTarget;
import dev.holdfast.delivery.ssh.LocalSshd;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The process that dies: performs one operation on a place that {@link KillMatrix} prepared, and ends at one point of
 * it, abruptly. Writes down where. Ends with status 3 if the point was not reached.
 */
final class KillVictim {

    static final int HALTED = 86;
    static final int KILLED = 128 + 9;

    private KillVictim() {}

    public static void main(String[] arguments) {
        Failpoint last = new Failpoint(Integer.parseInt(arguments[1]), arguments[2]);
        Path died = Path.of(arguments[4]);
        Failpoints points = Failpoints.at(last::equals, () -> die(last, arguments[3], died));
        KillOperation.valueOf(arguments[0]).perform(place(arguments), points);
        Runtime.getRuntime().halt(3);
    }

    private static KillPlace place(String... arguments) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(arguments[5]);
        Clock clock = Clock.fixed(Instant.parse(arguments[7]), ZoneOffset.UTC);
        TargetAddress address = TargetAddress.parse(arguments[8]);
        return new KillPlace(
                target(address, arguments),
                address,
                JdbcTrackingStore.over(database).schema(arguments[6]).clock(clock),
                clock,
                Path.of(arguments[9]));
    }

    private static DeliveryTarget target(TargetAddress address, String... arguments) {
        return switch (address.scheme()) {
            case "dir" -> DirectoryTarget.create();
            case "docker" -> DockerTarget.over(DockerClients.connect());
            default ->
                LocalSshd.target(Path.of(arguments[10]), Path.of(arguments[11])).build();
        };
    }

    private static void die(Failpoint last, String how, Path died) {
        try {
            Files.writeString(died, last.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        end(how);
    }

    /** Ends this process at once, by a signal if {@code how} is {@code kill}. */
    static void end(String how) {
        try {
            if (how.equals("kill")) {
                new ProcessBuilder(
                                "kill",
                                "-9",
                                Long.toString(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(HALTED);
    }
}
