package dev.holdfast;

import dev.holdfast.inspection.Inspector;
import dev.holdfast.release.Placement;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.store.InspectionStore.InspectionClaim;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Looks at installs on their targets. */
record TargetInspector(Engine engine, Installs installs) implements Inspector {

    @Override
    public Placement placement(Install install) {
        try (TargetSession session = open(install, engine.timings().recover())) {
            return engine.installer().placement(session, install.plugin());
        }
    }

    @Override
    public Verification verify(Install install) {
        try (TargetSession session = open(install, engine.timings().operation())) {
            return engine.installer().verify(session, install);
        }
    }

    @Override
    public boolean isUnderWay(Install install) {
        return engine.underWay(install.key()).isPresent();
    }

    @Override
    public void together(List<InspectionClaim> claims, int atOneTime, Consumer<InspectionClaim> look) {
        engine.workers().each(claims, atOneTime, look);
    }

    @Override
    public void repair(Install install) {
        installs.repair(install.key(), "inspection");
    }

    private TargetSession open(Install install, Duration longest) {
        return engine.targets().open(install.address(), Deadline.after(longest));
    }
}
