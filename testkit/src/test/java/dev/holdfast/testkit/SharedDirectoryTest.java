package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Destination;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One directory that has two addresses, as by a link, a second mount or a second name of its host; and copies of one.
 */
class SharedDirectoryTest {

    private static final PluginName GREETER = PluginName.of("greeter");
    private static final WorkspaceId ALICE = WorkspaceId.of("alice");
    private static final WorkspaceId BOB = WorkspaceId.of("bob");

    @TempDir
    private Path root;

    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final MutableClock clock = MutableClock.create();
    private final FaultyTarget target =
            FaultyTarget.around(DirectoryTarget.create().durable(false));
    private TrackingStore store = InMemoryTrackingStore.create(clock);
    private Holdfast holdfast;

    @BeforeEach
    void build() throws IOException {
        sources.tag("one", "v1", sources.commit("one", Map.of("SKILL.md", "from one")));
        sources.tag("two", "v1", sources.commit("two", Map.of("SKILL.md", "from two")));
        Files.createSymbolicLink(root.resolve("alias"), Files.createDirectories(root.resolve("real")));
        holdfast = node();
    }

    private Holdfast node() {
        return Holdfast.builder()
                .clock(clock)
                .store(store)
                .resolver(sources)
                .target(target)
                .build();
    }

    @AfterEach
    void close() {
        holdfast.close();
    }

    @Test
    void anotherNameOfADirectoryDoesNotTakeOverWhatItsOwnerHasRecorded() throws IOException {
        holdfast.install(request(ALICE, "one", "real"));

        assertRefused(Reason.CONFLICT, request(BOB, "two", "alias"));

        assertThat(live("real")).isEqualTo("from one");
        assertThat(holdfast.verify(new InstallKey(ALICE, GREETER))).isInstanceOf(Verification.Intact.class);
        assertThat(holdfast.find(new InstallKey(BOB, GREETER))).isEmpty();
        assertThat(root.resolve("real/.flip/greeter")).isEmptyDirectory();
    }

    @Test
    void notEvenAskedForIsTheReplacementOfWhatAnotherHasRecorded() throws IOException {
        holdfast.install(request(ALICE, "one", "real"));

        assertRefused(Reason.CONFLICT, request(BOB, "two", "alias").replacingSource());

        assertThat(live("real")).isEqualTo("from one");
    }

    @Test
    void twoFirstInstallsByTwoNamesLeaveOneOfThemLive() throws IOException {
        target.beforeNextScript(() -> holdfast.install(request(ALICE, "one", "real")));

        assertThatThrownBy(() -> holdfast.install(request(BOB, "two", "alias"))).isInstanceOf(HoldfastException.class);

        assertThat(live("real")).isEqualTo("from one");
        assertThat(holdfast.verify(new InstallKey(ALICE, GREETER))).isInstanceOf(Verification.Intact.class);
        assertThat(holdfast.find(new InstallKey(BOB, GREETER))).isEmpty();
    }

    @Test
    void aSecondInstallThatRaisedItsFenceFirstStillFindsWhatTheFirstMadeLive() throws IOException {
        target.withinNextScript(
                step -> step instanceof FileStep.Require require && require.expected() == FileStep.Expected.ABSENT,
                () -> holdfast.install(request(ALICE, "one", "real")));

        assertThatThrownBy(() -> holdfast.install(request(BOB, "two", "alias"))).isInstanceOf(HoldfastException.class);

        assertThat(live("real")).isEqualTo("from one");
        assertThat(holdfast.find(new InstallKey(BOB, GREETER))).isEmpty();
    }

    @Test
    void anUninstallUnderAnotherNameLeavesWhatItsOwnerHasRecorded() throws IOException {
        holdfast.install(request(BOB, "two", "alias"));
        remove("real/greeter");
        holdfast.install(request(ALICE, "one", "real"));

        holdfast.uninstall(new InstallKey(BOB, GREETER), "bob");

        assertThat(live("real")).isEqualTo("from one");
        assertThat(holdfast.find(new InstallKey(BOB, GREETER))).isEmpty();
        assertThat(holdfast.verify(new InstallKey(ALICE, GREETER))).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void aCollectionUnderAnotherNameLeavesTheReleasesOfTheOwner() throws IOException {
        for (String tag : java.util.List.of("v1", "v2", "v3")) {
            sources.tag("one", tag, sources.commit("one", Map.of("SKILL.md", "from one, " + tag)));
            holdfast.install(InstallRequest.of(ALICE, Source.parse("scripted://one#tag:" + tag), address("real"))
                    .as(GREETER));
            clock.advance(Duration.ofSeconds(1));
        }
        assertRefused(Reason.CONFLICT, request(BOB, "two", "alias"));
        clock.advance(Duration.ofDays(1));

        holdfast.collect();

        assertThat(root.resolve("real/.releases/greeter").toFile().list()).hasSize(3);
    }

    @Test
    void recoveryOfAnUninstallLeavesWhatAnotherHasRecorded() throws IOException {
        holdfast.install(request(BOB, "two", "alias"));
        remove("real/greeter");
        holdfast.install(request(ALICE, "one", "real"));
        store.journal()
                .open(dev.holdfast.spi.store.OperationJournal.NewOperation.of(
                                dev.holdfast.spi.Operation.Kind.UNINSTALL,
                                new dev.holdfast.spi.InstallKey(BOB, GREETER),
                                address("alias"),
                                "bob")
                        .heldBy("gone", Duration.ofMinutes(1)));
        clock.advance(Duration.ofHours(1));

        holdfast.recover();

        assertThat(live("real")).isEqualTo("from one");
        assertThat(holdfast.find(new InstallKey(BOB, GREETER))).isEmpty();
        assertThat(holdfast.recover().items()).isEmpty();
    }

    /** As a container that was made from an image of another one. */
    @Test
    void aCopyOfADirectoryIsTakenOverAndTheOriginalStays() throws IOException {
        holdfast.install(request(ALICE, "one", "real"));
        copy("real", "copy");

        holdfast.install(request(BOB, "two", "copy"));

        assertThat(live("copy")).isEqualTo("from two");
        assertThat(live("real")).isEqualTo("from one");
        assertThat(holdfast.verify(new InstallKey(BOB, GREETER))).isInstanceOf(Verification.Intact.class);
    }

    @Test
    void aCopyWhoseOriginalIsGoneIsTakenOver() throws IOException {
        holdfast.install(request(ALICE, "one", "real"));
        copy("real", "copy");
        FileTree.delete(root.resolve("real"));

        holdfast.install(request(BOB, "two", "copy"));

        assertThat(live("copy")).isEqualTo("from two");
    }

    @Test
    void aReleaseOfAWorkspaceThatNobodyKnowsIsReplacedOnlyIfAskedFor() throws IOException {
        holdfast.install(request(ALICE, "one", "real"));
        holdfast.forget(ALICE, "host");

        assertRefused(Reason.OCCUPIED, request(BOB, "two", "real"));
        assertThat(live("real")).isEqualTo("from one");
        holdfast.install(request(BOB, "two", "real").replacingSource());

        assertThat(live("real")).isEqualTo("from two");
    }

    @Test
    void aStoreThatWasLostTakesUpWhatItsWorkspacesHave() throws IOException {
        holdfast.install(request(ALICE, "one", "real"));
        holdfast.close();
        store = InMemoryTrackingStore.create(clock);
        holdfast = node();

        holdfast.install(request(ALICE, "two", "real"));

        assertThat(live("real")).isEqualTo("from two");
    }

    @Test
    void aRepairPutsRightWhatAStrangerMadeLive() throws IOException {
        holdfast.install(request(ALICE, "one", "real"));
        holdfast.install(request(BOB, "two", "elsewhere"));
        FileTree.delete(root.resolve("real"));
        copy("elsewhere", "real");
        holdfast.forget(BOB, "host");

        holdfast.repair(new InstallKey(ALICE, GREETER), "alice");

        assertThat(live("real")).isEqualTo("from one");
    }

    private void assertRefused(Reason reason, InstallRequest request) {
        assertThatThrownBy(() -> holdfast.install(request))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining("alice");
        assertThat(store.installs().at(new Destination(request.address(), GREETER)))
                .isEmpty();
    }

    private InstallRequest request(WorkspaceId workspace, String source, String directory) {
        return InstallRequest.of(workspace, Source.parse("scripted://" + source + "#tag:v1"), address(directory))
                .as(GREETER);
    }

    private TargetAddress address(String directory) {
        return TargetAddress.parse("dir://" + root.resolve(directory));
    }

    private String live(String directory) throws IOException {
        return Files.readString(root.resolve(directory).resolve("greeter/SKILL.md"));
    }

    private void remove(String path) throws IOException {
        Files.delete(root.resolve(path));
    }

    private void copy(String from, String to) throws IOException {
        Path source = root.resolve(from);
        try (var paths = Files.walk(source)) {
            for (Path path : paths.toList()) {
                Files.copy(
                        path, root.resolve(to).resolve(source.relativize(path).toString()), LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}
