package dev.holdfast.inspection;

import dev.holdfast.release.Placement;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.store.InspectionStore.InspectionClaim;
import java.util.List;
import java.util.function.Consumer;

/**
 * What an inspection asks of the engine. Each throws {@link dev.holdfast.spi.HoldfastException} where it cannot answer.
 */
public interface Inspector {

    /** Reads what stands at the live path. */
    Placement placement(Install install);

    /** Compares every file of the live release with what was delivered. */
    Verification verify(Install install);

    /** Returns whether an operation is changing it, so that what is seen may be neither old nor new. */
    boolean isUnderWay(Install install);

    /** Does {@code look} with each claim, some at one time, and waits for all of it. */
    void together(List<InspectionClaim> claims, int atOneTime, Consumer<InspectionClaim> look);

    /** Makes the recorded revision whole again. */
    void repair(Install install);
}
