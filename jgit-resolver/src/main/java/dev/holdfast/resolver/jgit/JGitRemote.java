package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FilterSpec;
import org.eclipse.jgit.transport.PackLock;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;

/** Speaks git through JGit's plumbing: one connection for one operation, no refs but those asked for. */
final class JGitRemote implements GitRemote {

    /** Matches no ref, so that a fetch by id does not list any. */
    private static final String NO_REFS = "refs/holdfast/none/";

    private final GitLocation location;
    private final Deadline deadline;
    private final Wiring wiring;

    /** What differs between the ways to a server. */
    interface Wiring extends AutoCloseable {

        /** Opens a transport; {@code local} is null where only refs are asked for. */
        Transport open(@Nullable Repository local) throws IOException;

        /** Runs blocking work so that it ends at the deadline. */
        <T> T bounded(Work<T> work) throws IOException;

        /** Runs {@code then} when the server says that it can leave out files, which is before JGit asks for any. */
        void ifServerFilters(Runnable then);

        /** Tells that all refs were read: what the server sends from now on holds objects. */
        void objects();

        /** Forgets what an earlier question told of the server; returns whether this one rested on it. */
        boolean forget();

        /** Returns the server's text fit for a message. */
        String shown(String text);

        @Override
        void close();
    }

    /** Work that may fail as I/O does. */
    interface Work<T> {
        T run() throws IOException;
    }

    JGitRemote(GitLocation location, Deadline deadline, Wiring wiring) {
        this.location = location;
        this.deadline = deadline;
        this.wiring = wiring;
    }

    @Override
    public Collection<Ref> refs(Collection<String> prefixes) {
        try {
            return asked(prefixes);
        } catch (HoldfastException e) {
            // The server may be another one by now: what it can do is asked again, and its own words are the answer.
            if (!wiring.forget() || wantsRest(e)) {
                throw e;
            }
            return asked(prefixes);
        }
    }

    private static boolean wantsRest(HoldfastException e) {
        if (e instanceof TransientException passing && passing.retryAfter().isPresent()) {
            return true;
        }
        return e.reason() == Reason.TIMEOUT || e.reason() == Reason.RATE_LIMITED;
    }

    private Collection<Ref> asked(Collection<String> prefixes) {
        return guarded(() -> {
            try (Transport transport = wiring.open(null);
                    FetchConnection connection = transport.openFetch(List.of(), prefixes.toArray(String[]::new))) {
                return List.copyOf(connection.getRefs());
            }
        });
    }

    @Override
    public void fetch(Repository into, Collection<ObjectId> wants, Part part) {
        List<Ref> refs = wants.stream()
                .<Ref>map(id -> new ObjectIdRef.Unpeeled(Ref.Storage.NETWORK, id.name(), id))
                .toList();
        guarded(() -> {
            // What an earlier fetch noted here would be sent along, and is of no use to us: each history is fetched as
            // a whole.
            into.getObjectDatabase().setShallowCommits(Set.of());
            try (Transport transport = wiring.open(into)) {
                boolean[] filters = new boolean[1];
                configure(transport, part, filters);
                try (FetchConnection connection = transport.openFetch(List.of(), NO_REFS)) {
                    if ((part == Part.HISTORY || part == Part.EVIDENCE) && !filters[0]) {
                        // Without a filter the whole repository would come, files and all.
                        throw new PermanentException(
                                Reason.PROTOCOL, location + " does not give commits without their files");
                    }
                    wiring.objects();
                    receive(connection, refs);
                }
            } catch (IOException | RuntimeException e) {
                TransientException full = FullDisk.found(into.getDirectory().toPath(), e);
                if (full != null) {
                    throw full;
                }
                throw e;
            }
            return wants;
        });
        deadline.check("fetching from " + location);
    }

    private void receive(FetchConnection connection, List<Ref> refs) throws IOException {
        try {
            connection.fetch(new UntilDeadline(deadline), refs, Set.of());
        } catch (TransportException e) {
            // Over ssh a server says why on standard error, and the exception tells of the broken stream only.
            if (connection.getMessages().contains("not our ref")) {
                throw Failures.revisionNotFound(location, "it has no such commit, or gives only what its refs name");
            }
            if (Failures.find(e, HttpStatus.ServerFailed.class) != null && unnamed(connection, refs)) {
                throw Failures.revisionNotFound(
                        location,
                        "no ref of it names that commit, and it fails (HTTP 500) where it is asked for such a one");
            }
            throw e;
        } finally {
            for (PackLock lock : connection.getPackLocks()) {
                lock.unlock();
            }
        }
    }

    /**
     * Returns whether the server has told all its refs, as older protocols do, and none of them is at any of
     * {@code wanted}.
     */
    private static boolean unnamed(FetchConnection connection, List<Ref> wanted) {
        Set<ObjectId> named = new HashSet<>();
        for (Ref ref : connection.getRefs()) {
            named.add(ref.getObjectId());
            named.add(ref.getPeeledObjectId());
        }
        return !named.isEmpty() && wanted.stream().noneMatch(ref -> named.contains(ref.getObjectId()));
    }

    private void configure(Transport transport, Part part, boolean[] filters) throws IOException {
        transport.setCheckFetchedObjects(true);
        // Old but harmless: what real repositories hold and no path or mode comes from.
        transport.setObjectChecker(
                new ObjectChecker().setAllowLeadingZeroFileMode(true).setAllowInvalidPersonIdent(true));
        // Some servers answer nobody who refuses them. What such a pack leaves out JGit adds when it arrives.
        transport.setFetchThin(true);
        if (part != Part.OBJECTS) {
            transport.setDepth(part == Part.HISTORY ? HISTORY_DEPTH : 1);
        }
        if (part == Part.DIRECTORIES || part == Part.HISTORY || part == Part.EVIDENCE) {
            FilterSpec less = FilterSpec.fromFilterLine(part == Part.DIRECTORIES ? "blob:none" : "tree:0");
            wiring.ifServerFilters(() -> {
                filters[0] = true;
                transport.setFilterSpec(less);
            });
        }
    }

    private <T> T guarded(Work<T> work) {
        try {
            return wiring.bounded(work);
        } catch (IOException | RuntimeException e) {
            PermanentException settings =
                    Failures.find(e, HoldfastException.class) == null ? LocalSettings.found(e) : null;
            if (settings != null) {
                throw settings;
            }
            UnaryOperator<String> shown = wiring::shown;
            throw Failures.of(location, deadline, shown, e);
        }
    }

    @Override
    public void close() {
        wiring.close();
    }
}
