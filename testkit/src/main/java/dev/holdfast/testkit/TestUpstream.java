package dev.holdfast.testkit;

import dev.holdfast.spi.Revision;
import java.util.Map;

/** One upstream of a {@link TestHoldfast}, as its author works on it. */
public final class TestUpstream {

    private final ScriptedResolver sources;
    private final String location;

    TestUpstream(ScriptedResolver sources, String location) {
        this.sources = sources;
        this.location = location;
    }

    /** Commits these files to {@code main} and tags them. */
    public Revision release(String tag, Map<String, String> files) {
        Revision revision = push(files);
        sources.tag(location, tag, revision);
        return revision;
    }

    /** As {@link #release(String, Map)}, with one file, {@code SKILL.md}, that says which release it is. */
    public Revision release(String tag) {
        return release(tag, Map.of("SKILL.md", tag));
    }

    /** Commits these files to {@code main}. */
    public Revision push(Map<String, String> files) {
        Revision revision = sources.commit(location, files);
        sources.branch(location, "main", revision);
        return revision;
    }

    /** Moves a tag to where it should never go. */
    public void moveTag(String tag, Revision revision) {
        sources.tag(location, tag, revision);
    }
}
