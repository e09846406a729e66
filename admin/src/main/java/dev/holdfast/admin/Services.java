package dev.holdfast.admin;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.container.ContainerIndex;
import java.time.Clock;
import java.util.Optional;

/** What the routes work with. */
record Services(
        Holdfast holdfast,
        AdminAccess access,
        AdminWorkspaces workspaces,
        Optional<ContainerIndex> index,
        AdminEvents events,
        Clock clock,
        SharedAnswers shared) {}
