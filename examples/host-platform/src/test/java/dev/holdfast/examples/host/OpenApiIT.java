package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.UpdateStatus;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description is written by hand: here it is held against what is there. */
final class OpenApiIT {

    private static final Map<String, Class<?>> FORMS = Map.ofEntries(
            Map.entry("Problem", Problem.class),
            Map.entry("Update", UpdateView.class),
            Map.entry("Changes", ChangesView.class),
            Map.entry("Decision", UpdateRoutes.Decision.class),
            Map.entry("Install", InstallView.class),
            Map.entry("InstallWanted", InstallRoutes.Wanted.class),
            Map.entry("Change", ChangeView.class),
            Map.entry("Explanation", ExplanationView.class),
            Map.entry("Operation", OperationView.class),
            Map.entry("History", InstallRoutes.HistoryView.class),
            Map.entry("Workspace", WorkspaceView.class),
            Map.entry("Upstream", UpstreamView.class),
            Map.entry("UpstreamName", UpstreamView.Name.class),
            Map.entry("Sweep", SweepView.class),
            Map.entry("Container", ContainerView.class),
            Map.entry("Image", ImageView.class),
            Map.entry("HealthDetail", HealthView.class),
            Map.entry("AuditEntry", AuditView.class));

    @TempDir
    private Path directory;

    @Test
    void itDescribesEveryRouteAndNoOther() throws IOException {
        try (PlatformFixture platform = new PlatformFixture(directory, Map.of())) {
            JsonNode document = platform.get("/openapi.json").json();

            List<String> served = platform.platform().routes().stream()
                    .filter(route -> !PageFiles.isPage(route))
                    .toList();

            assertThat(described(document)).containsExactlyInAnyOrderElementsOf(served);
            FORMS.forEach((name, form) ->
                    assertThat(members(document, name)).as(name).isEqualTo(new TreeSet<>(components(form))));
            assertThat(document.at("/components/schemas/UpdateStatus/enum")).hasSameSizeAs(UpdateStatus.values());
        }
    }

    private static List<String> described(JsonNode document) {
        List<String> routes = new ArrayList<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> routes.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return routes;
    }

    private static Set<String> members(JsonNode document, String form) {
        Set<String> members = new TreeSet<>();
        document.at("/components/schemas/" + form + "/properties").fieldNames().forEachRemaining(members::add);
        return members;
    }

    private static List<String> components(Class<?> form) {
        return Arrays.stream(form.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }
}
