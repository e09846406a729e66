package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of a host, read by a command that prints it as tar; each pass runs the command again.
 *
 * @param command starts the command
 */
record TarDownload(Supplier<RemoteCommand> command) implements Bundle {

    @Override
    public Entries open() {
        return new Pass(command.get());
    }

    @Override
    public void close() {
        // A pass holds a command, the bundle holds nothing.
    }

    private static final class Pass implements Entries {

        private final RemoteCommand command;
        private final TarArchiveInputStream tar;

        Pass(RemoteCommand command) {
            this.command = command;
            this.tar = new TarArchiveInputStream(command.output(), StandardCharsets.UTF_8.name());
        }

        @Override
        public @Nullable BundleEntry next() throws IOException {
            TarArchiveEntry entry = tar.getNextEntry();
            if (entry == null) {
                // A connection that is lost between two entries looks like the end, but for the exit code.
                if (command.exitCode() != 0) {
                    throw new IOException("tar on the target ended with exit code " + command.exitCode());
                }
                return null;
            }
            String path = entry.getName().replaceFirst("^\\./", "").replaceFirst("/$", "");
            return path.isEmpty() ? next() : entry(path, entry);
        }

        private static BundleEntry entry(String path, TarArchiveEntry entry) {
            if (entry.isSymbolicLink()) {
                return new BundleEntry.Link(path, entry.getLinkName());
            }
            if (entry.isDirectory()) {
                return BundleEntry.directoryReadBack(path, entry.getMode());
            }
            if (entry.isLink() || entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice()) {
                return new BundleEntry.Special(path, "tar type " + (char) entry.getLinkFlag());
            }
            return BundleEntry.fileReadBack(path, entry.getSize(), entry.getMode());
        }

        @Override
        public InputStream content() {
            return new FilterInputStream(tar) {
                @Override
                public void close() {
                    // The pass goes on behind it.
                }
            };
        }

        @Override
        public void close() {
            command.close();
        }
    }
}
