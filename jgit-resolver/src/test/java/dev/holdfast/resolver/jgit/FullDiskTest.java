package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.eclipse.jgit.errors.RemoteRepositoryException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.URIish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FullDiskTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path cache;

    @Test
    void aFullDiskInTheMiddleOfAPackIsOursAndNotTheServers() {
        IOException disk = new IOException("No space left on device");

        assertThat(FullDisk.found(cache, new TransportException("cannot read", disk)))
                .isNotNull()
                .hasMessageContaining(cache.toString())
                .hasMessageContaining("bytes are free")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NO_SPACE));
        assertThat(FullDisk.found(cache, new FileSystemException("x", null, "Disk quota exceeded")))
                .isNotNull();
    }

    @Test
    void whatAServerSaysOfItsOwnDiskIsTheServers() throws Exception {
        URIish uri = new URIish("https://git.example.com/x.git");

        assertThat(FullDisk.found(cache, new RemoteRepositoryException(uri, "No space left on device")))
                .isNull();
        assertThat(FullDisk.found(cache, new IOException("cannot read"))).isNull();
    }
}
