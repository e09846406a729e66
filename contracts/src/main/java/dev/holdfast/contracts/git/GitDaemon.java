package dev.holdfast.contracts.git;

import dev.holdfast.spi.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real {@code git daemon} on a loopback port, which lets everybody read. Needs
 * {@link dev.holdfast.contracts.needs.Facility#GIT_DAEMON}. {@link #close} ends every process it started.
 */
public final class GitDaemon implements AutoCloseable {

    private static final int ATTEMPTS = 400;

    private final Path repositories;
    private final int port;
    private final Process process;

    private GitDaemon(Path repositories, int port, Process process) {
        this.repositories = repositories;
        this.port = port;
        this.process = process;
    }

    /** Starts a server for the repositories that are made in {@code directory}. */
    public static GitDaemon start(Path directory) {
        try {
            Path repositories = Files.createDirectories(directory.resolve("repositories"));
            int port = ServerProcesses.freePort();
            ProcessBuilder builder = new ProcessBuilder(
                            "git",
                            "daemon",
                            "--reuseaddr",
                            "--export-all",
                            "--listen=127.0.0.1",
                            "--port=" + port,
                            "--base-path=" + repositories)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("daemon.log").toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(name -> name.startsWith("GIT_"));
            environment.put("GIT_CONFIG_NOSYSTEM", "1");
            environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
            GitDaemon daemon = new GitDaemon(repositories, port, builder.start());
            daemon.awaitReady(directory.resolve("daemon.log"));
            return daemon;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns {@code 127.0.0.1:} and the port. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** Creates an empty repository {@code owner/name}, reached as {@code git} source. */
    public GitRepository repository(String path) {
        return GitRepository.create(
                repositories.resolve(path + ".git"), Source.parse("git://" + host() + "/" + path + ".git"));
    }

    @Override
    public void close() {
        ServerProcesses.end(process);
    }

    private void awaitReady(Path log) throws IOException {
        for (int i = 0; i < ATTEMPTS && process.isAlive(); i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (ConnectException e) {
                awaitExit();
            }
        }
        close();
        throw new AssertionError("git daemon does not start: " + Files.readString(log));
    }

    /** A short while in which an early end is noticed at once. */
    private void awaitExit() {
        try {
            if (process.waitFor(25, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
