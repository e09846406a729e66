package dev.holdfast.internal;

import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.List;
import java.util.Optional;

/** A session of an adapter, of which only the two kinds of exceptions come out. */
public record ContainedSession(TargetAddress address, TargetSession session) implements TargetSession {

    @Override
    public void upload(String directory, Bundle bundle, Progress progress) {
        Contained.run("an upload to " + address, () -> session.upload(directory, bundle, progress));
    }

    @Override
    public Bundle download(String directory) {
        return Contained.get("a download from " + address, () -> session.download(directory));
    }

    @Override
    public ScriptResult run(FileScript script) {
        return Contained.get("a script at " + address, () -> session.run(script));
    }

    @Override
    public boolean requiresLinks() {
        return Contained.get("a question to " + address, session::requiresLinks);
    }

    @Override
    public Optional<Entry> stat(String path) {
        return Contained.get("a look at " + address, () -> session.stat(path));
    }

    @Override
    public List<Entry> list(String directory) {
        return Contained.get("a listing of " + address, () -> session.list(directory));
    }

    @Override
    public Optional<byte[]> read(String path, int maxBytes) {
        return Contained.get("a reading of " + address, () -> session.read(path, maxBytes));
    }

    @Override
    public void close() {
        Contained.run("closing a session with " + address, session::close);
    }
}
