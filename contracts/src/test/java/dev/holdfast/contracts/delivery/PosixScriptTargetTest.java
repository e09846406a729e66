package dev.holdfast.contracts.delivery;

import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.PosixScript;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Every shell does with a {@link PosixScript} what the contract says of the steps, races included. */
final class PosixScriptTargetTest {

    @Nested
    final class TheShellOfTheSystem extends OnShell {
        @Override
        List<String> shell() {
            return List.of("sh");
        }
    }

    @Nested
    final class Bash extends OnShell {
        @Override
        List<String> shell() {
            return List.of("bash", "--posix");
        }
    }

    @Nested
    @Needs(Facility.BUSYBOX)
    final class Busybox extends OnShell {

        @TempDir
        static Path applets;

        @Override
        List<String> shell() {
            if (!Files.exists(applets.resolve("sh"))) {
                output(List.of("busybox", "--install", "-s", applets.toString()));
            }
            return List.of("env", "PATH=" + applets, applets + "/sh");
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Ended(int exitCode, byte[] output, String errors) {}

    private static Ended output(List<String> command) {
        try {
            Path errors = Files.createTempFile("holdfast", ".errors");
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            byte[] output = process.getInputStream().readAllBytes();
            int exitCode = process.waitFor();
            String said = Files.readString(errors);
            Files.delete(errors);
            return new Ended(exitCode, output, said);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    abstract static class OnShell extends DirectoryTargetTest.OnDirectory {

        abstract List<String> shell();

        @Override
        protected DeliveryTarget target() {
            return over(shell());
        }
    }

    /** Directories of this machine, all but whole trees done by a shell. */
    static DeliveryTarget over(List<String> shell) {
        DeliveryTarget directories = DirectoryTarget.create().durable(false);
        return new DeliveryTarget() {
            @Override
            public boolean serves(TargetAddress address) {
                return directories.serves(address);
            }

            @Override
            public TargetSession open(TargetAddress address, Deadline deadline) {
                return new ShellSession(shell, address.path(), directories.open(address, deadline));
            }
        };
    }

    /** Whole trees travel by {@link DirectoryTarget}; everything else by the shell. */
    private record ShellSession(List<String> shell, String root, TargetSession trees) implements TargetSession {

        private Ended ended(PosixScript script) {
            List<String> command = new ArrayList<>(shell);
            command.addAll(script.command().subList(1, script.command().size()));
            return output(command);
        }

        @Override
        public void upload(String directory, Bundle bundle, Progress progress) {
            trees.upload(directory, bundle, progress);
        }

        @Override
        public Bundle download(String directory) {
            return trees.download(directory);
        }

        @Override
        public ScriptResult run(FileScript script) {
            Ended ended = ended(PosixScript.of(root, script));
            return PosixScript.result(ended.exitCode(), ended.output(), ended.errors());
        }

        @Override
        public boolean requiresLinks() {
            return true;
        }

        @Override
        public Optional<Entry> stat(String path) {
            Ended ended = ended(PosixScript.stat(root, path));
            return PosixScript.entries(ended.exitCode(), ended.output()).stream()
                    .findFirst();
        }

        @Override
        public List<Entry> list(String directory) {
            Ended ended = ended(PosixScript.list(root, directory));
            return PosixScript.entries(ended.exitCode(), ended.output());
        }

        @Override
        public Optional<byte[]> read(String path, int maxBytes) {
            Ended ended = ended(PosixScript.read(root, path, maxBytes));
            return PosixScript.content(ended.exitCode(), ended.output());
        }

        @Override
        public void close() {
            trees.close();
        }
    }
}
