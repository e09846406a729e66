package dev.holdfast.contracts.delivery;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;

/**
 * What every {@link DeliveryTarget} must do, as tests: extend it and say where the place is. No case can be left out.
 *
 * <pre>{@code
 * final class MyTargetIT extends DeliveryTargetContract {
 *     protected DeliveryTarget target() { return MyTarget.over(client); }
 *     protected TargetAddress address() { return TargetAddress.parse("my://place/tmp/" + UUID.randomUUID()); }
 *     protected String permissions(TargetAddress address, String path) { return run("stat", "-c", "%a", ...); }
 *     protected void changeMode(TargetAddress address, String path, String mode) { run("chmod", mode, ...); }
 * }
 * }</pre>
 */
public abstract class DeliveryTargetContract extends TwinCases {

    /** For subclasses. */
    protected DeliveryTargetContract() {}

    /** Returns the target under test. */
    @Override
    protected abstract DeliveryTarget target();

    /** Returns an address that no test has used: neither its directory nor the one above it exists yet. */
    @Override
    protected abstract TargetAddress address();

    /**
     * Returns the permission bits of a path below an address in octal, such as {@code 755}, without asking the target.
     */
    @Override
    protected abstract String permissions(TargetAddress address, String path);

    /** Does what {@code chmod} does, without asking the target: sets a mode in octal, such as {@code 4755}. */
    @Override
    protected abstract void changeMode(TargetAddress address, String path, String mode);
}
