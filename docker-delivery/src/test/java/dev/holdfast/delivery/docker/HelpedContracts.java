package dev.holdfast.delivery.docker;

import dev.holdfast.contracts.delivery.AdoptionContract;
import dev.holdfast.contracts.delivery.DeliveryTargetContract;
import dev.holdfast.contracts.delivery.PluginLifeContract;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The contracts that every container keeps through helper containers, whether it runs or not. */
abstract class HelpedContracts {

    abstract DockerWorkspace workspace();

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    final class Target extends DeliveryTargetContract {

        @Override
        protected DeliveryTarget target() {
            return workspace().helped();
        }

        @Override
        protected TargetAddress address() {
            return workspace().address();
        }

        @Override
        protected String permissions(TargetAddress address, String path) {
            return workspace().permissions(address, path);
        }

        @Override
        protected void changeMode(TargetAddress address, String path, String mode) {
            workspace().changeMode(address, path, mode);
        }
    }

    /**
     * The target keeps its contract here too, so the engine's life on it is asked rarely; one that begins in an image
     * and ends with nothing left is in {@link ImageLayerIT}.
     */
    @Nested
    @Tag("endurance")
    @Execution(ExecutionMode.CONCURRENT)
    final class PluginLife extends PluginLifeContract {

        @Override
        protected DeliveryTarget target() {
            return workspace().helped();
        }

        @Override
        protected TargetAddress address() {
            return workspace().address();
        }
    }

    @Nested
    @Tag("kill")
    @Execution(ExecutionMode.CONCURRENT)
    final class Adoption extends AdoptionContract {

        @Override
        protected DeliveryTarget target() {
            return workspace().helped();
        }

        @Override
        protected TargetAddress address() {
            return workspace().address();
        }
    }
}
