package dev.holdfast.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.release.TreeManifest.Item;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MarkerTest {

    private static final String HASH = "ab".repeat(32);

    private static Marker marker(String path) {
        TreeMap<String, Item> items = new TreeMap<>();
        items.put(path, new Item(TreeManifest.Type.EXECUTABLE, HASH));
        items.put("d", TreeManifest.directory());
        items.put("l", TreeManifest.link("d"));
        return new Marker(
                new Marker.Label(
                        PluginName.of("greeter"),
                        "github://acme/greeter#semver:>=1.0 <2.0",
                        Revision.of("c".repeat(40)),
                        Optional.of("v1.0.0"),
                        Stamp.of(Instant.EPOCH, 42),
                        7,
                        Optional.of(new ReleaseOwner(
                                WorkspaceId.of("ws-1"), TargetAddress.parse("docker://ws-1/configs/plugins")))),
                new TreeManifest(items));
    }

    @Test
    void readsBackWhatItWrote() throws Exception {
        Marker marker = marker("a file");

        assertThat(Marker.parse(marker.bytes())).isEqualTo(marker);
    }

    @Test
    void aMarkerOfAnEarlierVersionIsReadWithoutAnOwner() throws Exception {
        String text = new String(marker("a").bytes(), StandardCharsets.UTF_8)
                .replace("workspace ws-1\naddress docker://ws-1/configs/plugins\n", "");

        Marker marker = Marker.parse(text.getBytes(StandardCharsets.UTF_8));

        assertThat(marker.label().owner()).isEmpty();
        assertThat(marker.release()).isEqualTo(marker("a").release());
    }

    @Test
    void aMarkerThatIsCutShortAnywhereIsNoMarker() {
        byte[] bytes = marker("a").bytes();

        for (int length = 0; length < bytes.length - 1; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Marker.parse(cut)).as("%d bytes", length).isInstanceOf(Marker.Unreadable.class);
        }
    }

    @Test
    void aFileHashThatWasChangedIsNoticed() {
        String text = new String(marker("a").bytes(), StandardCharsets.UTF_8).replace("exec 0755 ab", "exec 0755 ac");

        assertThatThrownBy(() -> Marker.parse(text.getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("digest");
    }

    /** Known failure: without length framing, two different trees had one digest. */
    @Test
    void treesThatDifferOnlyInWhereAPathEndsHaveDifferentDigests() {
        assertThat(marker("ab").tree().digest()).isNotEqualTo(marker("a").tree().digest());
    }

    @Test
    void aLinkAndAFileWithTheLinkTargetAsContentHaveDifferentDigests() {
        Item link = TreeManifest.link("d");
        TreeMap<String, Item> asLink = new TreeMap<>();
        asLink.put("x", link);
        TreeMap<String, Item> asFile = new TreeMap<>();
        asFile.put("x", new Item(TreeManifest.Type.FILE, link.hash()));

        assertThat(new TreeManifest(asLink).digest()).isNotEqualTo(new TreeManifest(asFile).digest());
    }
}
