package dev.holdfast.delivery.docker;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.PosixScript;
import java.util.List;

/** The shell of the container itself. */
final class OwnShell implements Shell {

    static final String USUAL = "/bin/sh";

    private final ContainerPlace place;
    private final ContainerFiles files;
    private final ContainerExec exec;
    private final KnownPlaces known;

    OwnShell(ContainerPlace place, ContainerFiles files, ContainerExec exec, KnownPlaces known) {
        this.known = known;
        this.place = place;
        this.files = files;
        this.exec = exec;
    }

    @Override
    public String root() {
        return place.path();
    }

    /** Looks at one file before it starts a program to find out. */
    void find() {
        if (files.shallow(USUAL).isEmpty()) {
            run("looking for a shell", List.of("sh", "-c", ":"));
        }
    }

    /** Nothing: it was found when the session was opened, or has run here before. */
    @Override
    public void require() {}

    @Override
    public ContainerExec.Ended run(String what, PosixScript script) {
        return run(what, script.command());
    }

    private ContainerExec.Ended run(String what, List<String> command) {
        ContainerExec.Ended ended = exec.run(what, command);
        if (ended.couldNotRun() && known.forget(place)) {
            throw new TransientException(
                    Reason.TARGET_UNUSABLE,
                    exec.at(what) + " failed: the container's shell ran before and does not now (" + ended.said()
                            + "); try again, which looks for it anew");
        }
        if (ended.couldNotRun()) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    exec.at(what) + " failed: the container has no shell that runs (" + ended.said()
                            + "); name an image that has one with DockerTarget.helperImage, or use a container with sh");
        }
        return ended;
    }

    @Override
    public void close() {}
}
