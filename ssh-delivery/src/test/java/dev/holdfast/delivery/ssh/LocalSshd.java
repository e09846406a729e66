package dev.holdfast.delivery.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.testkit.FileTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;

/**
 * OpenSSH's own {@code sshd} on a free port of the loopback interface, for the user that runs the test, with keys of
 * its own; nothing of it stays after {@link #close}. For tests of whatever works over SSH.
 */
public final class LocalSshd implements AutoCloseable {

    private static final String USER = System.getProperty("user.name");

    private final Path home;
    private final int port;
    private Process process;

    private LocalSshd(Path home, int port) throws IOException {
        this.home = home;
        this.port = port;
        this.process = started();
    }

    /**
     * Makes keys and starts a server.
     *
     * @param settings further lines of {@code sshd_config}
     */
    public static LocalSshd start(String... settings) throws IOException {
        Path home = Files.createTempDirectory("holdfast-sshd");
        keygen(home.resolve("host_key"));
        keygen(home.resolve("user_key"));
        Files.copy(home.resolve("user_key.pub"), home.resolve("authorized_keys"));
        if (USER.equals("root")) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        int port = freePort();
        String hostKey = Files.readString(home.resolve("host_key.pub"));
        Files.writeString(home.resolve("known_hosts"), "[127.0.0.1]:" + port + " " + hostKey);
        Files.writeString(home.resolve("sshd_config"), """
                ListenAddress 127.0.0.1:%d
                HostKey %s/host_key
                AuthorizedKeysFile %s/authorized_keys
                PidFile none
                StrictModes no
                UsePAM no
                PermitRootLogin yes
                PasswordAuthentication no
                SetEnv HOME=%s %s
                %s
                """.formatted(
                        port, home, home, home, environment(settings), others(settings)));
        return new LocalSshd(home, port);
    }

    /** The server takes one line of SetEnv only. An empty home keeps the user's start files out. */
    private static String environment(String... settings) {
        return Stream.of(settings)
                .filter(line -> line.startsWith("SetEnv "))
                .map(line -> line.substring("SetEnv ".length()))
                .collect(Collectors.joining(" "));
    }

    private static String others(String... settings) {
        return Stream.of(settings).filter(line -> !line.startsWith("SetEnv ")).collect(Collectors.joining("\n"));
    }

    private Process started() throws IOException {
        Process sshd = new ProcessBuilder(
                        "/usr/sbin/sshd",
                        "-D",
                        "-e",
                        "-f",
                        home.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader log = sshd.inputReader(UTF_8);
        List<String> lines = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            lines.add(line);
            if (line.startsWith("Server listening")) {
                drain(log);
                return sshd;
            }
        }
        throw new IOException("sshd did not start: " + lines);
    }

    /** A server that cannot write its log stops. */
    private static void drain(BufferedReader log) {
        Thread reader = new Thread(() -> log.lines().forEach(line -> {}), "sshd log");
        reader.setDaemon(true);
        reader.start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void keygen(Path file) throws IOException {
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
                .inheritIO()
                .start();
        try {
            if (keygen.waitFor() != 0) {
                throw new IOException("ssh-keygen failed for " + file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Returns {@code user@127.0.0.1:port}. */
    public String authority() {
        return USER + "@127.0.0.1:" + port;
    }

    /** Returns the file that names this server's key. */
    public Path knownHosts() {
        return home.resolve("known_hosts");
    }

    /** Returns the private key file of a user that may log in. */
    public Path userKey() {
        return home.resolve("user_key");
    }

    /** Returns a builder of targets that can log in here. */
    public SshTargetBuilder target() {
        return target(knownHosts(), userKey());
    }

    /** Returns a builder of targets that another process can use, given the files of a server here. */
    public static SshTargetBuilder target(Path knownHosts, Path userKey) {
        return SshTarget.builder().key(userKey).knownHosts(knownHosts);
    }

    static List<KeyPair> keys(Path file) {
        List<KeyPair> keys = new ArrayList<>();
        new FileKeyPairProvider(file).loadKeys(null).forEach(keys::add);
        return keys;
    }

    /** Returns what the server runs now: one process for each connection, and the commands of each. */
    public List<ProcessHandle> running() {
        return process.descendants().toList();
    }

    /** Returns the server's ends of connections. */
    public List<ProcessHandle> connections() {
        return process.children().toList();
    }

    /** Returns the commands that run now, without what they started themselves. */
    public List<ProcessHandle> commands() {
        return process.children().flatMap(ProcessHandle::children).toList();
    }

    /** Waits up to ten seconds until all of these have ended. */
    public static void awaitEnd(List<ProcessHandle> processes) {
        processes.forEach(one -> one.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    }

    /** Kills the server's end of each connection; the commands go on. */
    public void cutConnections() {
        connections().forEach(ProcessHandle::destroyForcibly);
    }

    /** Kills the server with all that it runs, and returns when it is gone. */
    public void stop() {
        List<ProcessHandle> all = new ArrayList<>(running());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(all);
    }

    /** Starts a stopped server again, on the same port and with the same keys. */
    public void restart() throws IOException {
        process = started();
    }

    @Override
    public void close() {
        stop();
        FileTree.delete(home);
    }
}
