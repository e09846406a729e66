package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.contracts.delivery.FileOwnerContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A host gives away what is delivered, if its account may. */
@Needs(Facility.SSHD)
final class SshOwnerIT extends FileOwnerContract {

    @TempDir
    static Path places;

    @RegisterExtension
    static final SshPlace PLACE = SshPlace.plain();

    private final List<SshTarget> opened = new ArrayList<>();

    @AfterEach
    void closeTargets() {
        opened.forEach(SshTarget::close);
    }

    @Override
    protected DeliveryTarget target(FileOwner owner) {
        SshTarget target = PLACE.settings().owner(owner).build();
        opened.add(target);
        return target;
    }

    @Override
    protected TargetAddress address() {
        return PLACE.address();
    }

    /** An account that is not root, played by a {@code chown} that says what it would be told. */
    @Test
    void anAccountThatMayNotGiveFilesAwayIsRefusedBeforeTheUpload() throws IOException {
        Path bin = Files.createDirectory(places.resolve("bin"));
        Files.writeString(
                bin.resolve("chown"), "#!/bin/sh\necho \"chown: '$2': Operation not permitted\" >&2\nexit 1\n");
        Files.setPosixFilePermissions(bin.resolve("chown"), PosixFilePermissions.fromString("rwxr-xr-x"));
        try (LocalSshd limited = LocalSshd.start("SetEnv PATH=" + bin + ":/usr/bin:/bin");
                SshTarget target =
                        limited.target().owner(FileOwner.parse("1000:1000")).build();
                TargetSession session = target.open(
                        new TargetAddress("ssh", limited.authority(), places + "/limited"),
                        Deadline.after(Duration.ofSeconds(30)))) {

            assertThatThrownBy(() -> session.upload("tree", Bundles.of("SKILL.md", "hello"), Progress.NONE))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("files cannot be given to 1000:1000")
                    .hasMessageContaining("not permitted")
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.FORBIDDEN);
            assertThat(session.stat("tree")).isEmpty();
        }
    }

    @Override
    protected FileOwner owner() {
        String mine = owner(places, ".");
        return mine.equals("0:0") ? new FileOwner(12345, 12346) : FileOwner.parse(mine);
    }

    @Override
    protected String owner(TargetAddress address, String path) {
        return owner(Path.of(address.path()), path);
    }

    private static String owner(Path directory, String path) {
        try {
            Map<String, Object> ids =
                    Files.readAttributes(directory.resolve(path), "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
            return ids.get("uid") + ":" + ids.get("gid");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
