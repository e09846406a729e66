package dev.holdfast.admin;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.Revision;
import org.jspecify.annotations.Nullable;

/** An install in JSON. */
record InstallView(
        String workspace,
        String plugin,
        String target,
        String source,
        String tracks,
        String policy,
        String revision,
        @Nullable String version,
        String digest,
        String installedAt,
        String updatedAt) {

    static InstallView of(Install install) {
        Revision revision = install.revision();
        return new InstallView(
                install.workspace().value(),
                install.plugin().value(),
                install.address().toString(),
                install.origin().source().toString(),
                install.origin().track().toString(),
                install.policy().toString(),
                revision.value(),
                install.release().version().orElse(null),
                install.release().digest().value(),
                install.installedAt().toString(),
                install.updatedAt().toString());
    }
}
