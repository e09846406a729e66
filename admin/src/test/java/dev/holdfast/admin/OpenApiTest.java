package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.Holdfast;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.testkit.TestHoldfast;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The description is written by hand: here it is held against what is there. */
final class OpenApiTest {

    private static final Map<String, Class<?>> FORMS = Map.ofEntries(
            Map.entry("Problem", Problem.class),
            Map.entry("Update", UpdateView.class),
            Map.entry("Changes", ChangesView.class),
            Map.entry("Judgement", JudgementView.class),
            Map.entry("FileLines", FileLinesView.class),
            Map.entry("Hunk", FileLinesView.HunkView.class),
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
            Map.entry("ReviewedItem", BulkRoutes.Item.class),
            Map.entry("Many", BulkRoutes.Many.class),
            Map.entry("Answer", BulkRoutes.AnswerView.class),
            Map.entry("Queued", QueueRoutes.QueueView.class),
            Map.entry("Rollout", RolloutView.class),
            Map.entry("Ring", RolloutView.RingView.class),
            Map.entry("RolloutMember", RolloutView.MemberView.class),
            Map.entry("Quarantine", QuarantineRoutes.QuarantineView.class),
            Map.entry("QuarantineWanted", QuarantineRoutes.Wanted.class),
            Map.entry("ByPlan", QuarantineRoutes.ByPlan.class),
            Map.entry("FleetRollback", FleetRollbackView.class),
            Map.entry("FleetRollbackAnswer", FleetRollbackView.AnswerView.class),
            Map.entry("Back", CareRoutes.Back.class),
            Map.entry("Release", CareRoutes.ReleaseView.class),
            Map.entry("Verification", CareRoutes.VerificationView.class),
            Map.entry("Holds", HoldRoutes.HoldsView.class),
            Map.entry("Hold", HoldRoutes.HoldView.class),
            Map.entry("HoldBreak", HoldRoutes.BreakBody.class),
            Map.entry("Observation", ObservationView.class),
            Map.entry("Inspection", InspectionRoutes.InspectionView.class),
            Map.entry("InspectionFailure", InspectionRoutes.FailureView.class),
            Map.entry("InspectBody", InspectionRoutes.InspectBody.class),
            Map.entry("Pin", PinRoutes.PinView.class),
            Map.entry("PinAcceptance", PinRoutes.Acceptance.class),
            Map.entry("PinRemoval", PinRoutes.Removal.class),
            Map.entry("Webhook", WebhookRoutes.WebhookView.class),
            Map.entry("Session", SystemRoutes.SessionView.class),
            Map.entry("AuditEntry", AuditView.class));

    @Test
    void itDescribesEveryRouteAndNoOther() throws IOException {
        AdminEvents events = AdminEvents.create();
        try (Holdfast holdfast = TestHoldfast.create().holdfast();
                InputStream file = AdminServlet.class.getResourceAsStream("page/openapi.json")) {
            JsonNode document = new ObjectMapper().readTree(file);

            List<String> served = AdminServlet.builder(holdfast, events).build().routes().stream()
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
