package dev.holdfast.admin;

import dev.holdfast.Holdfast;
import dev.holdfast.inspection.InspectionReport;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands on targets in another way than is recorded: list it, and look again. */
final class InspectionRoutes {

    private final Holdfast holdfast;

    InspectionRoutes(Services services) {
        this.holdfast = services.holdfast();
    }

    /** Which install to look at before it is due; without one, only what is due. */
    record InspectBody(@Nullable String workspace, @Nullable String plugin) {}

    /** An install that could not be looked at. */
    record FailureView(String workspace, String plugin, String reason, String message) {

        static FailureView of(InspectionReport.Failure failure) {
            return new FailureView(
                    failure.key().workspace().value(),
                    failure.key().plugin().value(),
                    Words.of(failure.reason()),
                    failure.message());
        }
    }

    /**
     * What a pass found.
     *
     * @param hastened how many installs were made due: all of the place that the named one stands in
     * @param repaired installs that were repaired, as their policies say
     */
    record InspectionView(
            int hastened,
            int looked,
            int verified,
            List<ObservationView> differing,
            List<String> repaired,
            List<FailureView> failures) {

        static InspectionView of(int hastened, InspectionReport report) {
            return new InspectionView(
                    hastened,
                    report.looked(),
                    report.verified(),
                    report.differing().stream().map(ObservationView::of).toList(),
                    report.repaired().stream().map(InstallKey::toString).toList(),
                    report.failures().stream().map(FailureView::of).toList());
        }
    }

    void routes(Routes routes) {
        routes.get(
                        "/admin/inspections",
                        ctx -> Requests.answer(
                                ctx, holdfast.inspections().differing(Requests.page(ctx)), ObservationView::of))
                .post("/admin/inspections", this::inspect);
    }

    private void inspect(Exchange ctx) {
        InspectBody body = Requests.body(ctx, InspectBody.class);
        boolean all = body.workspace() == null && body.plugin() == null;
        int hastened = all ? 0 : hasten(body);
        Requests.answer(ctx, InspectionView.of(hastened, holdfast.inspections().inspect()));
    }

    /** An address without an authority names no place that can be made due. */
    private int hasten(InspectBody body) {
        InstallKey key =
                InstallKey.of(Requests.needed("workspace", body.workspace()), Requests.needed("plugin", body.plugin()));
        Install install = holdfast.find(key).orElseThrow(() -> ProblemException.notFound(key + " is not installed"));
        String place = install.address().authority();
        return place.isEmpty() ? 0 : holdfast.inspections().hasten(place);
    }
}
