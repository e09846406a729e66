package dev.holdfast.delivery.ssh;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep.Paths;
import dev.holdfast.spi.delivery.PosixScript;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A directory of a host. Each call is a command of its own, so a call after a lost connection connects again. */
final class SshSession implements TargetSession {

    private static final String PROBE = """
            for tool in cat chmod head ln ls mkdir mv readlink rm tar wc; do
              command -v "$tool" >/dev/null || { echo "$tool" >&2; exit 127; }
            done
            if [ -L "$1" ] && [ ! -e "$1" ]; then readlink "$1" >&2; exit 75; fi
            printf 'ready %s' "$(id -u 2>/dev/null)"
            """;
    private static final Pattern READY = Pattern.compile("ready (\\d*)");

    /**
     * The archive is unpacked in the directory of the address: the names of both a link and its twin are relative to
     * that, the one form that every tar takes. The remains of a failure go: tar goes on after a file that it cannot
     * write, or cannot link, up to the last entry. That one is moved to its place only after tar has ended well. Modes
     * are set at the end: a default ACL overrules the umask, and directories take the set-group-id bit from their
     * parent. An owner comes last, in a directory that nobody else can enter meanwhile: who owns a part of the tree
     * could put a link in the way of the rest.
     */
    private static final String UNPACK = """
            make() {
              p=$1 d=$1; shift
              while [ ! -d "$d" ]; do
                set -- "$d" "$@"
                case "$d" in ?*/*) d=${d%/*} ;; *) break ;; esac
              done
              [ $# = 0 ] && return
              if mkdir "$@"; then chmod u=rwx,go=rx,g-s "$@"
              else for d; do [ ! -d "$d" ] || chmod u=rwx,go=rx,g-s "$d"; done
              fi
              [ -d "$p" ]
            }
            give() {
              cd "$tree" && for entry in ./* ./.[!.]* ./..?*; do
                if [ -e "$entry" ] || [ -L "$entry" ]; then chown -hR "$owner" "$entry" || return; fi
              done
            }
            fail() { rm -rf "$tree"; exit "$1"; }
            umask 022
            tree=$3 owner=$4
            if [ -L "$1" ] && [ ! -e "$1" ]; then readlink "$1" >&2; exit 75; fi
            make "$1" && cd "$1" && make "$2" || exit 1
            mkdir "$tree" || { [ -e "$tree" ] || [ -L "$tree" ] && exit 90; exit 1; }
            if [ "$owner" ]; then
              chmod 700 "$tree" && mkdir "$tree/.owner" || fail 1
              chown "$owner" "$tree/.owner" || fail 91
              rmdir "$tree/.owner" || fail 1
            fi
            tar -xof - && chmod -R u=rwX,go=rX,g-s "$tree" || fail 1
            if [ -d "$tree/$5" ]; then
              for entry in "$tree/$5"/* "$tree/$5"/.[!.]* "$tree/$5"/..?*; do
                if [ -e "$entry" ] || [ -L "$entry" ]; then mv -f "$entry" "$tree/" || fail 1; fi
              done
              rmdir "$tree/$5" || fail 1
            fi
            if [ "$owner" ]; then
              chmod 700 "$tree" && ( give ) && chown "$owner" "$tree" && chmod 755 "$tree" || fail 1
            fi
            cat >/dev/null
            """;

    private static final String ENTER = "[ -d \"$1/$2\" ]";
    private static final String PACK = "cd \"$1/$2\" && tar -cf - .";
    private static final int OCCUPIED = 90;
    private static final int FORBIDDEN = 91;
    private static final int NOWHERE = 75;

    private final SshHost host;
    private final String root;
    private final Optional<FileOwner> owner;
    private final Deadline deadline;
    private final Clock clock;
    /** The number of the user that logs in; empty if the host does not say. */
    private String user = "";

    SshSession(SshHost host, String root, Optional<FileOwner> owner, Deadline deadline) {
        this.clock = Clock.systemUTC();
        this.host = host;
        this.root = root;
        this.owner = owner;
        this.deadline = deadline;
    }

    /**
     * Refuses a host on which a delivery would fail for want of a shell or of a tool. Asks nothing where the connection
     * that is open has shown that it has them.
     */
    void requireTools() {
        user = host.userOf(root).orElseGet(this::probed);
    }

    private String probed() {
        RemoteCommand.Result probe = run(line(PROBE, root));
        if (probe.exitCode() == NOWHERE) {
            throw leadsNowhere(probe);
        }
        String answer = new String(probe.output(), StandardCharsets.UTF_8);
        Matcher ready = READY.matcher(answer);
        if (probe.exitCode() != 0 || !ready.matches()) {
            throw new PermanentException(
                    Reason.TARGET_UNUSABLE,
                    host + " gives no plain POSIX shell: it answered '" + (answer + probe.errors()).strip()
                            + "'; give the user such a login shell, and print nothing in its start files");
        }
        host.looked(root, ready.group(1));
        return ready.group(1);
    }

    private PermanentException leadsNowhere(RemoteCommand.Result told) {
        return new PermanentException(
                Reason.TARGET_UNUSABLE,
                root + " on " + host + " is a link to '" + told.errors().strip()
                        + "', where nothing is; make that directory or remove the link");
    }

    @Override
    public void upload(String directory, Bundle bundle, Progress progress) {
        TarUpload tar = new TarUpload(Paths.check(directory), clock.instant(), owner.isPresent() ? "" : user);
        Optional<RuntimeException> failure = attempt(tar, bundle, progress);
        if (failure.isPresent() && tar.linked() > 0 && mayBeALink(failure.get())) {
            // Nothing is left of it. Which link failed does not matter: now all of it is sent.
            failure = attempt(tar.withoutLinks(), bundle, progress);
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static boolean mayBeALink(RuntimeException e) {
        return e instanceof HoldfastException known
                && (known.reason() == Reason.TARGET_FAILED || known.reason() == Reason.TARGET_READ_ONLY);
    }

    /** Returns how the host refused it. */
    private Optional<RuntimeException> attempt(TarUpload tar, Bundle bundle, Progress progress) {
        String unpack = line(
                UNPACK,
                root,
                Paths.parent(tar.directory()),
                tar.directory(),
                owner.map(FileOwner::toString).orElse(""),
                TarUpload.LAST);
        try (RemoteCommand command = host.start(unpack, deadline)) {
            send(tar, bundle, command, progress);
            return refusal(tar.directory(), command.result());
        }
    }

    private void send(TarUpload tar, Bundle bundle, RemoteCommand command, Progress progress) {
        try {
            tar.write(bundle, command.input(), progress);
        } catch (IOException | RuntimeException e) {
            // A command that ended says why by its exit code; with one that still reads, it was the bundle that failed.
            if (command.isOpen()) {
                command.result();
                throw e instanceof RuntimeException thrown
                        ? thrown
                        : new TransientException(
                                Reason.UNREACHABLE,
                                "the bundle for " + host + " could not be read: " + e.getMessage() + "; try again",
                                e);
            }
        }
    }

    private Optional<RuntimeException> refusal(String directory, RemoteCommand.Result result) {
        if (result.exitCode() == 0) {
            return Optional.empty();
        }
        if (result.exitCode() == NOWHERE) {
            return Optional.of(leadsNowhere(result));
        }
        if (result.exitCode() == FORBIDDEN && owner.isPresent()) {
            return Optional.of(
                    owner.get().forbidden(root + " on " + host, result.errors().strip()));
        }
        String what = "upload to " + root + "/" + directory + " on " + host;
        Reason reason = result.exitCode() == OCCUPIED ? Reason.OCCUPIED : PosixScript.reason(result.errors());
        String message = what + " ended with exit code " + result.exitCode() + ": " + result.errors();
        return Optional.of(
                reason == Reason.TARGET_FAILED
                        ? new TransientException(reason, message + "; try again")
                        : new PermanentException(reason, message + "; mend that on the host"));
    }

    @Override
    public Bundle download(String directory) {
        // The first throws where looking is denied; the second cannot tell that from absence, but follows a link.
        if (stat(directory).isEmpty() || run(line(ENTER, root, directory)).exitCode() != 0) {
            throw new PermanentException(
                    Reason.TARGET_NOT_FOUND, "there is no directory " + root + "/" + directory + " on " + host);
        }
        return new TarDownload(() -> host.start(line(PACK, root, directory), deadline));
    }

    @Override
    public ScriptResult run(FileScript script) {
        RemoteCommand.Result result = run(PosixScript.of(root, script).commandLine());
        return PosixScript.result(result.exitCode(), result.output(), result.errors());
    }

    @Override
    public boolean requiresLinks() {
        return true;
    }

    @Override
    public Optional<Entry> stat(String path) {
        return entries(PosixScript.stat(root, path)).stream().findFirst();
    }

    @Override
    public List<Entry> list(String directory) {
        return entries(PosixScript.list(root, directory));
    }

    private List<Entry> entries(PosixScript script) {
        RemoteCommand.Result result = run(script.commandLine());
        return PosixScript.entries(result.exitCode(), result.output());
    }

    @Override
    public Optional<byte[]> read(String path, int maxBytes) {
        RemoteCommand.Result result = run(PosixScript.read(root, path, maxBytes).commandLine());
        return PosixScript.content(result.exitCode(), result.output());
    }

    @Override
    public void close() {
        // The connection belongs to the target, and no command outlives its call.
    }

    private RemoteCommand.Result run(String line) {
        try (RemoteCommand command = host.start(line, deadline)) {
            return command.result();
        }
    }

    private static String line(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", program, "holdfast"));
        words.addAll(List.of(arguments));
        return PosixScript.quoted(words);
    }
}
