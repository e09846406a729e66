package dev.holdfast.release;

import dev.holdfast.release.TreeManifest.Item;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the recorded release of an install as a tar archive. The release is read twice: compared with its marker
 * before the first byte is written, so that a damaged one gives no archive at all, and once more as it is written,
 * because it may change between.
 */
final class ReleaseArchive {

    private static final int BLOCK = 64 * 1024;

    private final TargetSession session;
    private final Install install;

    ReleaseArchive(TargetSession session, Install install) {
        this.session = session;
        this.install = install;
    }

    /** @throws IOException if {@code out} cannot be written */
    void write(OutputStream out) throws IOException {
        SortedMap<String, Item> due = new TreeMap<>(whole().tree().items());
        TarArchive tar = new TarArchive(out, install.release().stamp().time());
        tar.directory(install.plugin().value());
        for (Map.Entry<String, Item> entry : due.entrySet()) {
            if (entry.getValue().type() == TreeManifest.Type.DIRECTORY) {
                tar.directory(named(entry.getKey()));
            }
        }
        String release = new Layout(install.plugin()).release(install.release().stamp());
        try (Bundle bundle = session.download(release);
                Bundle.Entries entries = bundle.open()) {
            for (BundleEntry entry = next(entries); entry != null; entry = next(entries)) {
                Item delivered = due.remove(entry.path());
                // What was not delivered is no part of the release: the marker, and what somebody has added.
                if (delivered != null) {
                    write(tar, entry, delivered, entries);
                }
            }
        }
        if (!due.isEmpty()) {
            throw changed(due.firstKey());
        }
        tar.end();
    }

    /** Returns the marker of the release, all of whose files are as it says. */
    private Marker whole() {
        Marker marker = Placements.marker(
                        session, install.plugin(), install.release().stamp())
                .filter(known -> known.release().equals(install.release()))
                .orElseThrow(() -> damaged("is not on its target, or has no marker that says so"));
        Verification found = new Verifier(IgnoredFiles.NONE)
                .compared(session, install.plugin(), install.release().stamp());
        if (found instanceof Verification.Tampered tampered
                && !(tampered.changed().isEmpty() && tampered.removed().isEmpty())) {
            throw damaged("was changed on its target (" + tampered.changed().size() + " files changed, "
                    + tampered.removed().size() + " removed)");
        }
        return marker;
    }

    private PermanentException damaged(String how) {
        return new PermanentException(
                Reason.CONFLICT,
                "release " + install.release().stamp() + " of '" + install.key() + "' " + how
                        + " and is not exported; verify and repair it first");
    }

    private TransientException changed(String path) {
        return new TransientException(
                Reason.CONFLICT,
                "'" + path + "' of '" + install.key()
                        + "' changed while it was being exported; throw the archive away and try again");
    }

    private TransientException unreadable(IOException e) {
        return new TransientException(
                Reason.UNREACHABLE,
                "reading '" + install.key() + "' from its target ended early; throw the archive away and try again",
                e);
    }

    /** Paths of a release were judged when it was delivered, and this one is among them. */
    private String named(String path) {
        return install.plugin() + "/" + path;
    }

    private @Nullable BundleEntry next(Bundle.Entries entries) {
        try {
            return entries.next();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void write(TarArchive tar, BundleEntry entry, Item delivered, Bundle.Entries entries) throws IOException {
        if (entry instanceof BundleEntry.Directory && delivered.type() == TreeManifest.Type.DIRECTORY) {
            return;
        }
        if (entry instanceof BundleEntry.Link link && delivered.equals(TreeManifest.link(link.target()))) {
            tar.link(named(link.path()), link.target());
            return;
        }
        if (!(entry instanceof BundleEntry.File file)
                || delivered.type() != (file.executable() ? TreeManifest.Type.EXECUTABLE : TreeManifest.Type.FILE)) {
            throw changed(entry.path());
        }
        tar.file(named(file.path()), file.executable(), file.size());
        if (!delivered.hash().equals(copied(tar, file, entries))) {
            throw changed(file.path());
        }
    }

    /** Returns the hash of what was written, never more than the size that its header says. */
    private String copied(TarArchive tar, BundleEntry.File file, Bundle.Entries entries) throws IOException {
        MessageDigest sha = TreeManifest.sha256();
        byte[] block = new byte[BLOCK];
        InputStream content = content(entries);
        long left = file.size();
        for (int count = read(content, block); count >= 0; count = read(content, block)) {
            left -= count;
            if (left < 0) {
                throw changed(file.path());
            }
            sha.update(block, 0, count);
            tar.content(block, count);
        }
        if (left > 0) {
            throw changed(file.path());
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private InputStream content(Bundle.Entries entries) {
        try {
            return entries.content();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private int read(InputStream content, byte[] block) {
        try {
            return content.read(block);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
