package dev.holdfast.contracts.source;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.testkit.ScriptedResolver;
import java.util.Map;

/** One location of a scripted resolver. */
record ScriptedFixture(ScriptedResolver resolver, String location) implements SourceFixture.Versioned {

    @Override
    public Source source() {
        return Source.parse("scripted://" + location);
    }

    @Override
    public Revision commit(Map<String, String> files) {
        return resolver.commit(location, files);
    }

    @Override
    public void tag(String name, Revision revision) {
        resolver.tag(location, name, revision);
    }

    @Override
    public void annotatedTag(String name, Revision revision) {
        resolver.tag(location, name, revision);
    }

    @Override
    public void branch(String name, Revision revision) {
        resolver.branch(location, name, revision);
    }

    @Override
    public void removeTag(String name) {
        resolver.remove(location, "refs/tags/" + name);
    }
}
