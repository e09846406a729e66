package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other programs make of an export, and what becomes of one that is disturbed. */
final class DirectoryExportTest {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");
    private static final PluginName GREETER = PluginName.of("greeter");
    private static final String LONG = "deep/".repeat(40) + "\u00fcber-\u65e5\u672c.md";

    private final MutableClock clock = MutableClock.create();

    @TempDir
    private Path directory;

    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");

    @org.jspecify.annotations.Nullable private Holdfast holdfast;

    @AfterEach
    void close() {
        holdfast().close();
    }

    private Holdfast holdfast() {
        if (holdfast == null) {
            holdfast = Holdfast.builder()
                    .clock(clock)
                    .store(InMemoryTrackingStore.create(clock))
                    .resolver(resolver)
                    .resolver(LocalResolver.over(directory.resolve("unpacked")))
                    .target(DirectoryTarget.create().durable(false))
                    .build();
        }
        return holdfast;
    }

    private Install installed(Map<String, String> files) {
        resolver.branch("greeter", "main", resolver.commit("greeter", files));
        return installed("scripted://greeter#ref:main", "live");
    }

    private Install installed(String source, String where) {
        WorkspaceId workspace = where.equals("live") ? WORKSPACE : WorkspaceId.of(where);
        holdfast()
                .install(InstallRequest.of(
                        workspace, Source.parse(source), TargetAddress.parse("dir://" + directory.resolve(where))));
        return holdfast().find(new InstallKey(workspace, GREETER)).orElseThrow();
    }

    @Test
    void whatTarUnpacksIsTheSameTree() throws Exception {
        Install install = installed(Map.of(
                "SKILL.md",
                "x".repeat(200_000),
                "bin/run*",
                "#!/bin/sh\n",
                LONG,
                "far",
                "empty",
                "",
                "link",
                "->SKILL.md"));
        Path archive = directory.resolve("greeter.tar");
        try (OutputStream out = Files.newOutputStream(archive)) {
            holdfast().export(new InstallKey(WORKSPACE, GREETER), out);
        }

        Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
        Process tar = new ProcessBuilder("tar", "-xf", archive.toString(), "-C", unpacked.toString())
                .inheritIO()
                .start();

        assertThat(tar.waitFor()).isZero();
        assertThat(installed("local://greeter", "again").release().digest())
                .isEqualTo(install.release().digest());
    }

    @Test
    void oneThatChangesWhileItIsWrittenIsCutShort() {
        Install install = installed(Map.of("SKILL.md", "one", "z/last", "two"));
        Path last =
                directory.resolve("live/.releases/greeter/" + install.release().stamp() + "/z/last");
        ByteArrayOutputStream archive = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                replace(last);
            }
        };

        assertThatThrownBy(() -> holdfast().export(new InstallKey(WORKSPACE, GREETER), archive))
                .isInstanceOfSatisfying(
                        TransientException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));

        assertThatThrownBy(() -> TarReader.contents(archive.toByteArray(), "greeter"))
                .isInstanceOf(IOException.class);
    }

    private static void replace(Path file) {
        try {
            Files.writeString(file, "TWO");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheCallersStreamThrowsComesBackAsItIs() {
        installed(Map.of("SKILL.md", "one"));
        IOException gone = new IOException("the browser went away");

        assertThatThrownBy(() -> holdfast().export(new InstallKey(WORKSPACE, GREETER), failing(gone)))
                .isSameAs(gone);
    }

    private static OutputStream failing(IOException failure) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw failure;
            }
        };
    }

    @Test
    void whatIsNotInstalledIsNotExported() {
        assertThatThrownBy(() -> holdfast().export(new InstallKey(WORKSPACE, GREETER), OutputStream.nullOutputStream()))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_INSTALLED));
    }
}
