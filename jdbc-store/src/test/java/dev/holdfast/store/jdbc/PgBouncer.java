package dev.holdfast.store.jdbc;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PgBouncer before the tests' server, on a free port of the loopback interface. It takes its server connections
 * in turn, so that two transactions of one client meet two server processes.
 */
final class PgBouncer implements AutoCloseable {

    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private final Path home;
    private final Process process;
    private final String url;

    private PgBouncer(Path home, Process process, String url) {
        this.home = home;
        this.process = process;
        this.url = url;
    }

    /** @param mode {@code session}, {@code transaction} or {@code statement} */
    static PgBouncer start(String mode) throws IOException {
        PGSimpleDataSource server = (PGSimpleDataSource) Postgres.source();
        Path home = Files.createTempDirectory("holdfast-pgbouncer");
        int port = freePort();
        Path settings = Files.writeString(home.resolve("pgbouncer.ini"), """
                [databases]
                * = host=%s port=%d user=%s password=%s

                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = %s
                default_pool_size = 4
                server_round_robin = 1
                """.formatted(
                        server.getServerNames()[0],
                        server.getPortNumbers()[0],
                        server.getUser(),
                        server.getPassword(),
                        port,
                        mode));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process process = started(settings);
        awaitListening(process, port);
        return new PgBouncer(
                home,
                process,
                "jdbc:postgresql://127.0.0.1:" + port + "/" + server.getDatabaseName() + "?sslmode=disable");
    }

    private static Process started(Path settings) throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/sbin/pgbouncer"));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(settings.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Waits until it listens, which takes milliseconds. */
    private static void awaitListening(Process process, int port) throws IOException {
        long end = System.nanoTime() + LONGEST_START.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (ConnectException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
        process.destroy();
        throw new IOException("pgbouncer did not start");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Returns a JDBC URL with nothing in it that the driver would not do by default. */
    String url() {
        return url;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(home.resolve("pgbouncer.ini"));
        Files.deleteIfExists(home);
    }
}
