package dev.holdfast.contracts.kill;

/**
 * A death within the process: an error of the VM, which nothing in the engine catches. For cells that need no process
 * of their own; what a target or store does in its own clean-up still happens, so a real death says more.
 */
final class Killed extends VirtualMachineError {

    static final Runnable DEATH = () -> {
        throw new Killed();
    };

    private static final long serialVersionUID = 1L;

    private Killed() {
        super("died, as the test wants it");
    }
}
