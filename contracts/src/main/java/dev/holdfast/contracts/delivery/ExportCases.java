package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.delivery.FileStep;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** What {@code export} promises. */
abstract class ExportCases extends RepairCases {

    private static final PluginName GREETER = PluginName.of("greeter");

    @Test
    void anExportHoldsExactlyTheRecordedReleaseAndNothingThatWasAdded() throws IOException {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        SortedMap<String, String> delivered = story.live();
        String release = ".releases/greeter/" + story.recorded().release().stamp();
        story.onTarget(new FileStep.WriteFile(release + "/d/added", "new"));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();

        Release exported = story.holdfast().export(new InstallKey(story.workspace(), GREETER), archive);

        assertThat(exported).isEqualTo(story.recorded().release());
        assertThat(TarReader.contents(archive.toByteArray(), "greeter")).isEqualTo(delivered);
    }

    @Test
    void ofADamagedReleaseNotAByteIsExported() {
        story.release("v1.0.0", "one");
        story.install("tag:v1.0.0");
        story.tamper();
        ByteArrayOutputStream archive = new ByteArrayOutputStream();

        assertThatThrownBy(() -> story.holdfast().export(new InstallKey(story.workspace(), GREETER), archive))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT))
                .hasMessageContaining("repair it first");

        assertThat(archive.size()).isZero();
    }
}
