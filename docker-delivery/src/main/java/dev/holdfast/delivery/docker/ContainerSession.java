package dev.holdfast.delivery.docker;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.PosixScript;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One directory of one container. Calls to the engine: an upload takes two ({@code GET}, which finds nothing, and
 * {@code PUT}) where a script has run before; else a {@code HEAD} of this directory more, and of each that is not there
 * yet. A script and a list take two, a look one (two for nothing, and for a link that does not lead into a hidden
 * folder beside it), a read and a download one. Where root may be unable to write, an upload takes two or three more:
 * see {@link RootReach}. A {@link HelperShell} takes five before the first change, and one at the end.
 */
final class ContainerSession implements TargetSession {

    /** An engine may close before it is told all, so that nobody hears why. */
    private static final Set<Reason> MAY_BE_GONE = EnumSet.of(Reason.TARGET_FAILED, Reason.UNREACHABLE);

    private final ContainerPlace place;
    private final ContainerFiles files;
    private final Shell shell;
    private final Clock clock;
    private final FileOwner owner;
    private final KnownPlaces known;

    ContainerSession(
            ContainerPlace place, ContainerFiles files, Shell shell, Clock clock, FileOwner owner, KnownPlaces known) {
        this.place = place;
        this.files = files;
        this.shell = shell;
        this.clock = clock;
        this.owner = owner;
        this.known = known;
    }

    /** The engine merges an archive into what is there, so a look comes first. */
    @Override
    public void upload(String directory, Bundle bundle, Progress progress) {
        String path = resolve(directory);
        files.refusePattern(path);
        place.requireWritable();
        if (files.stored(path).isPresent()) {
            throw new PermanentException(
                    Reason.OCCUPIED, path + " exists already; an upload goes to a fresh directory");
        }
        shell.require();
        if (files.isDoubtful(place.reach())) {
            makeAsRoot(directory);
        }
        boolean isKnown = known.has(place);
        String base = isKnown ? place.path() : place.nearest(files);
        try {
            linkedOrSent(base, directory, bundle, progress);
        } catch (HoldfastException e) {
            if (!isKnown || !MAY_BE_GONE.contains(e.reason())) {
                throw e;
            }
            known.forget(place);
            String nearest = place.nearest(files);
            // Somebody else may have made the directory anew meanwhile.
            boolean wasRefused = !nearest.equals(base) || e instanceof PermanentException;
            if (!wasRefused || files.stored(path).isPresent()) {
                throw e;
            }
            linkedOrSent(nearest, directory, bundle, progress);
        }
    }

    private void linkedOrSent(String base, String directory, Bundle bundle, Progress progress) {
        UploadPlace to = new UploadPlace(place, base, directory, owner, true);
        try {
            unpack(to, bundle, progress);
        } catch (LinkFailure failure) {
            // The engine has stopped at that link. What came before is no basis for anything.
            if (run(FileScript.of(new FileStep.RemoveTree(directory))) instanceof ScriptResult.Failed) {
                throw failure.refusal();
            }
            unpack(to.withoutLinks(), bundle, progress);
        }
    }

    /** What the engine puts where root may not write, nobody removes. */
    private void makeAsRoot(String directory) {
        if (place.reach() == RootReach.WITHOUT_CAPABILITY && owner.user() != 0 && shell instanceof OwnShell) {
            throw new PermanentException(
                    Reason.TARGET_READ_ONLY,
                    "root of the container lacks DAC_OVERRIDE, so it could not move or remove in " + place.path()
                            + " what is given to user " + owner.user()
                            + "; add that capability, or deliver as root (without DockerTarget.owner)");
        }
        if (run(FileScript.of(new FileStep.MakeDirectory(directory))) instanceof ScriptResult.Failed failed
                && failed.reason() == Reason.TARGET_READ_ONLY) {
            throw new PermanentException(
                    failed.reason(),
                    "root of the container cannot write to " + place.path() + " (" + failed.message()
                            + "): it lacks DAC_OVERRIDE there, or is another user outside of the container; give that user"
                            + " the directory, or use a volume");
        }
    }

    private void unpack(UploadPlace to, Bundle bundle, Progress progress) {
        TarHeaders headers = new TarHeaders(to, clock.instant());
        try (BundleTar tar =
                new BundleTar(bundle, headers, progress, files.calls().deadline())) {
            try {
                files.unpack(to.base(), tar);
            } catch (RuntimeException e) {
                tar.throwFailure(e);
                files.throwNoSpace(e, to.base(), () -> probe(to));
                throw headers.linked() > 0 && LinkFailure.mayBe(e) ? new LinkFailure(e) : e;
            }
        }
    }

    /** A small file that goes where the upload went: the engine can answer to it before it has stopped reading. */
    private byte[] probe(UploadPlace to) throws IOException {
        Bundle file = new ProbeBundle();
        TarHeaders headers = new TarHeaders(to, clock.instant());
        try (BundleTar tar =
                new BundleTar(file, headers, Progress.NONE, files.calls().deadline())) {
            return tar.readAllBytes();
        }
    }

    @Override
    public Bundle download(String directory) {
        String path = resolve(directory);
        files.refusePattern(path);
        return new ContainerBundle(files, path);
    }

    @Override
    public ScriptResult run(FileScript script) {
        place.requireWritable();
        ContainerExec.Ended ended = shell.run("the script", PosixScript.of(shell.root(), script));
        ScriptResult result = PosixScript.result(ended.exitCode(), ended.output(), ended.errors());
        if (shell instanceof OwnShell && result instanceof ScriptResult.Completed) {
            known.add(place);
        }
        return result;
    }

    @Override
    public boolean requiresLinks() {
        return true;
    }

    @Override
    public Optional<Entry> stat(String path) {
        if (ContainerFiles.isPattern(path)) {
            return asked(path);
        }
        Optional<Entry> seen = files.look(resolve(path));
        return seen.filter(ContainerFiles::isUnknownLink).isPresent() ? asked(path) : seen;
    }

    /** What the archive API does not tell, the shell does: what some links hold, and names that look like patterns. */
    private Optional<Entry> asked(String path) {
        ContainerExec.Ended ended = shell.run("looking at " + path, PosixScript.stat(shell.root(), path));
        return PosixScript.entries(ended.exitCode(), ended.output()).stream().findFirst();
    }

    @Override
    public List<Entry> list(String directory) {
        ContainerExec.Ended ended = shell.run("listing " + directory, PosixScript.list(shell.root(), directory));
        return PosixScript.entries(ended.exitCode(), ended.output());
    }

    @Override
    public Optional<byte[]> read(String path, int maxBytes) {
        if (ContainerFiles.isPattern(path)) {
            ContainerExec.Ended ended = shell.run("reading " + path, PosixScript.read(shell.root(), path, maxBytes));
            return PosixScript.content(ended.exitCode(), ended.output());
        }
        return files.read(resolve(path), maxBytes);
    }

    /** The client is the host's. */
    @Override
    public void close() {
        shell.close();
    }

    private String resolve(String path) {
        return place.path() + "/" + FileStep.Paths.check(path);
    }
}
