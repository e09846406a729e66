package dev.holdfast.contracts.kill;

import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An engine with a mistake: it sits between the engine and its target, and asks for something else. */
class Mutant implements DeliveryTarget {

    static final String MARKER = ".complete";

    private final DeliveryTarget target;

    Mutant(DeliveryTarget target) {
        this.target = target;
    }

    /** Returns what is asked instead of {@code steps}. */
    List<FileStep> changed(List<FileStep> steps, TargetSession session) {
        return steps;
    }

    /** Returns the entries that are uploaded instead. */
    List<Held> changed(List<Held> entries) {
        return entries;
    }

    ScriptResult run(TargetSession session, List<FileStep> steps) {
        return session.run(new FileScript(steps));
    }

    /** One entry with its content. */
    record Held(BundleEntry entry, String text) {

        boolean isMarker() {
            return entry.path().equals(MARKER);
        }
    }

    @Override
    public boolean serves(TargetAddress address) {
        return target.serves(address);
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        return new Session(target.open(address, deadline));
    }

    private final class Session implements TargetSession {

        private final TargetSession session;

        Session(TargetSession session) {
            this.session = session;
        }

        @Override
        public void upload(String directory, Bundle bundle, Progress progress) {
            Bundles.Builder builder = Bundles.builder();
            for (Held held : changed(held(bundle))) {
                if (held.entry() instanceof BundleEntry.Link link) {
                    builder.link(link.path(), link.target());
                } else if (held.entry() instanceof BundleEntry.File file && file.executable()) {
                    builder.executable(file.path(), held.text());
                } else {
                    builder.file(held.entry().path(), held.text());
                }
            }
            session.upload(directory, builder.build(), progress);
        }

        @Override
        public Bundle download(String directory) {
            return session.download(directory);
        }

        @Override
        public ScriptResult run(FileScript script) {
            return Mutant.this.run(session, changed(script.steps(), session));
        }

        @Override
        public boolean requiresLinks() {
            return session.requiresLinks();
        }

        @Override
        public Optional<Entry> stat(String path) {
            return session.stat(path);
        }

        @Override
        public List<Entry> list(String directory) {
            return session.list(directory);
        }

        @Override
        public Optional<byte[]> read(String path, int maxBytes) {
            return session.read(path, maxBytes);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    private static List<Held> held(Bundle bundle) {
        List<Held> entries = new ArrayList<>();
        try (Bundle.Entries pass = bundle.open()) {
            for (BundleEntry entry = pass.next(); entry != null; entry = pass.next()) {
                boolean file = entry instanceof BundleEntry.File;
                byte[] content = file ? pass.content().readAllBytes() : new byte[0];
                entries.add(new Held(entry, new String(content, StandardCharsets.UTF_8)));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
