package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Docker engine of the test's own, which may be killed. It has a network namespace of its own: an engine without a
 * bridge removes the one that the machine's engine uses.
 */
public final class OwnEngine implements AutoCloseable {

    private final Path directory;
    private final boolean liveRestore;
    private Process process;

    private OwnEngine(Path directory, boolean liveRestore) throws IOException {
        this.directory = directory;
        this.liveRestore = liveRestore;
        this.process = launched();
    }

    /**
     * Starts one.
     *
     * @param directory short, for the path of a socket is
     * @param liveRestore whether containers outlive the engine
     */
    public static OwnEngine start(Path directory, boolean liveRestore) throws IOException {
        OwnEngine engine = new OwnEngine(directory, liveRestore);
        engine.awaitAnswer();
        return engine;
    }

    private Process launched() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--net",
                "dockerd",
                "--data-root",
                directory.resolve("data").toString(),
                "--exec-root",
                directory.resolve("exec").toString(),
                "--pidfile",
                directory.resolve("pid").toString(),
                "--host",
                host().toString(),
                "--bridge=none",
                "--iptables=false"));
        if (liveRestore) {
            command.add("--live-restore");
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return directory.resolve("log");
    }

    /** Returns where it listens. */
    public Path socket() {
        return directory.resolve("sock");
    }

    private URI host() {
        return URI.create("unix://" + socket());
    }

    public DockerClient connect() {
        return DockerClients.connect(host());
    }

    /** Kills it as a crash would, and starts it again. */
    public void crash() {
        process.destroyForcibly();
        startAgain();
    }

    /** Stops it as a machine does that shuts down, and starts it again. */
    public void restart() {
        process.destroy();
        startAgain();
    }

    private void startAgain() {
        try {
            process.waitFor();
            // Its containerd died with it; where nobody buries the dead, the id that it left still names somebody.
            Files.deleteIfExists(directory.resolve("pid"));
            Files.deleteIfExists(directory.resolve("exec/containerd/containerd.pid"));
            process = launched();
            awaitAnswer();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void awaitAnswer() throws IOException {
        while (process.isAlive()) {
            try (DockerClient client = connect()) {
                client.pingCmd().exec();
                return;
            } catch (TransientException e) {
                Thread.onSpinWait();
            }
        }
        throw new IllegalStateException("the engine ended: " + Files.readString(log()));
    }

    /** Removes the directory of one that has ended, with what a crash has left mounted there. */
    public static void remove(Path directory) throws IOException, InterruptedException {
        String program = "grep -o \" $0[^ ]*\" /proc/mounts | sort -r | xargs -r umount; rm -rf \"$0\"";
        int exitCode = new ProcessBuilder("sh", "-c", program, directory.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IOException("cannot remove " + directory);
        }
    }

    /** Ends it; the containers must be gone, or they go on. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
