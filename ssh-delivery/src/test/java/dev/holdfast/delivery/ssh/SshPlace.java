package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An SSH server of this machine for all tests of a class, and directories on it that each test has for itself.
 *
 * <p>{@link #plain} takes a server that runs already, if {@code HOLDFAST_SSH_HOST} names its {@code user@host:port};
 * its key is in the file {@code HOLDFAST_SSH_KNOWN_HOSTS}, and who has {@code HOLDFAST_SSH_KEY} may log in.
 */
final class SshPlace implements BeforeAllCallback, AfterAllCallback {

    private final boolean busybox;

    @Nullable private Path places;

    @Nullable private LocalSshd sshd;

    @Nullable private String authority;

    @Nullable private SshTarget target;

    private SshPlace(boolean busybox) {
        this.busybox = busybox;
    }

    static SshPlace plain() {
        return new SshPlace(false);
    }

    /** A host whose every command is one of busybox. */
    static SshPlace withBusybox() {
        return new SshPlace(true);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path directory = Files.createTempDirectory("holdfast-ssh");
        places = directory;
        String given = System.getenv("HOLDFAST_SSH_HOST");
        if (given != null && !busybox) {
            authority = given;
            target = settings().build();
            return;
        }
        LocalSshd server = LocalSshd.start(busybox ? applets(directory) : new String[0]);
        sshd = server;
        authority = server.authority();
        target = settings().build();
    }

    /** Returns the settings of a target that reaches the server. */
    SshTargetBuilder settings() {
        return sshd == null
                ? LocalSshd.target(file("HOLDFAST_SSH_KNOWN_HOSTS"), file("HOLDFAST_SSH_KEY"))
                : sshd.target();
    }

    private static Path file(String variable) {
        return Path.of(Objects.requireNonNull(System.getenv(variable), variable));
    }

    private static String[] applets(Path directory) throws IOException {
        Path applets = Files.createDirectory(directory.resolve("applets"));
        new ProcessBuilder("busybox", "--install", "-s", applets.toString())
                .start()
                .onExit()
                .join();
        return new String[] {
            "SetEnv PATH=" + applets, "ForceCommand exec " + applets + "/sh -c \"$SSH_ORIGINAL_COMMAND\""
        };
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        Objects.requireNonNull(target).close();
        if (sshd != null) {
            sshd.close();
        }
        List<Path> all;
        try (Stream<Path> found = Files.walk(Objects.requireNonNull(places))) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    DeliveryTarget target() {
        return Objects.requireNonNull(target);
    }

    /** Returns a directory that no other test has. */
    TargetAddress address() {
        return new TargetAddress(
                "ssh", Objects.requireNonNull(authority), places + "/" + UUID.randomUUID() + "/plugins");
    }

    String permissions(TargetAddress address, String path) {
        try {
            int mode = (int) Files.getAttribute(Path.of(address.path(), path), "unix:mode");
            return Integer.toOctalString(mode & 07777);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void changeMode(TargetAddress address, String path, String mode) {
        try {
            Files.setAttribute(Path.of(address.path(), path), "unix:mode", Integer.parseInt(mode, 8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
