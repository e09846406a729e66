package dev.holdfast.resolver.jgit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real sshd on a loopback port, with keys of its own. */
final class SshServer implements AutoCloseable {

    private static final int ATTEMPTS = 200;

    private final Path directory;
    private final int port;
    private final Process process;

    private SshServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    static SshServer start(Path directory) {
        try {
            Files.createDirectories(directory);
            int port = freePort();
            run(
                    "ssh-keygen",
                    "-q",
                    "-t",
                    "ed25519",
                    "-N",
                    "",
                    "-f",
                    directory.resolve("host").toString());
            run(
                    "ssh-keygen",
                    "-q",
                    "-t",
                    "ed25519",
                    "-N",
                    "",
                    "-f",
                    directory.resolve("client").toString());
            run(
                    "ssh-keygen",
                    "-q",
                    "-t",
                    "rsa",
                    "-N",
                    "pass phrase",
                    "-f",
                    directory.resolve("locked").toString());
            run(
                    "ssh-keygen",
                    "-q",
                    "-t",
                    "ed25519",
                    "-N",
                    "",
                    "-f",
                    directory.resolve("stranger").toString());
            Files.writeString(
                    directory.resolve("authorized"),
                    Files.readString(directory.resolve("client.pub"))
                            + Files.readString(directory.resolve("locked.pub")));
            Files.writeString(
                    directory.resolve("known"),
                    "[127.0.0.1]:" + port + " " + Files.readString(directory.resolve("host.pub")));
            Files.writeString(
                    directory.resolve("unknown"),
                    "[127.0.0.1]:" + port + " " + Files.readString(directory.resolve("stranger.pub")));
            Files.writeString(directory.resolve("config"), configuration(directory, port));
            if (Files.isWritable(Path.of("/run"))) {
                Files.createDirectories(
                        Path.of("/run/sshd"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            }
            Process process = new ProcessBuilder(
                            sshd(),
                            "-D",
                            "-e",
                            "-f",
                            directory.resolve("config").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            SshServer server = new SshServer(directory, port, process);
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /**
     * Returns a file of the server's directory: {@code client}, {@code locked}, {@code stranger}, {@code known},
     * {@code unknown}.
     */
    Path file(String name) {
        return directory.resolve(name);
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        children.forEach(ProcessHandle::destroy);
    }

    private void awaitReady() throws IOException {
        for (int i = 0; i < ATTEMPTS && process.isAlive(); i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(1000);
                if (socket.getInputStream().read() == 'S') {
                    return;
                }
            } catch (ConnectException e) {
                await(process);
            }
        }
        throw new AssertionError("sshd does not start: " + Files.readString(directory.resolve("log")));
    }

    private static void await(Process process) {
        try {
            if (process.waitFor(25, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Another home keeps the start files of the user's shell out, which may take seconds. */
    private static String configuration(Path directory, int port) {
        return """
                Port %2$d
                ListenAddress 127.0.0.1
                HostKey %1$s/host
                PidFile %1$s/pid
                AuthorizedKeysFile %1$s/authorized
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                AcceptEnv GIT_PROTOCOL
                SetEnv HOME=%1$s
                """.formatted(directory, port);
    }

    private static String sshd() {
        return List.of("/usr/sbin/sshd", "/usr/local/sbin/sshd").stream()
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse("sshd");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Runs a program that must succeed. */
    static void run(String... command) throws IOException {
        try {
            if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
                throw new AssertionError(List.of(command) + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
