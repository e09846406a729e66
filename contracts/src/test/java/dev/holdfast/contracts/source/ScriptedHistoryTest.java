package dev.holdfast.contracts.source;

import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.testkit.ScriptedResolver;

final class ScriptedHistoryTest extends SourceHistoryContract {

    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");

    @Override
    protected SourceResolver resolver() {
        return resolver;
    }

    @Override
    protected SourceFixture.Versioned fixture() {
        return new ScriptedFixture(resolver, "acme/greeter");
    }
}
