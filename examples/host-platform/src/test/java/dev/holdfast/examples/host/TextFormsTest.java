package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.WorkspaceId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the manual tells hosts to do that hand our values to Jackson. */
final class TextFormsTest {

    private record View(WorkspaceId workspace, Source source, TrackedRef track) {}

    private static final View VIEW =
            new View(WorkspaceId.of("ws-42"), Source.parse("github://acme/greeter#tag:v1.0.0"), TrackedRef.latestTag());

    @Test
    void jacksonWritesTheTextOfAValueWhereItIsToldTo() throws Exception {
        SimpleModule text = new SimpleModule("holdfast");
        List.of(
                        TrackedRef.class,
                        Source.class,
                        TargetAddress.class,
                        WorkspaceId.class,
                        PluginName.class,
                        Revision.class)
                .forEach(type -> text.addSerializer(type, ToStringSerializer.instance));

        String json = new ObjectMapper().registerModule(text).writeValueAsString(VIEW);

        assertThat(json)
                .isEqualTo("{\"workspace\":\"ws-42\",\"source\":\"github://acme/greeter#tag:v1.0.0\","
                        + "\"track\":\"tag:latest\"}");
    }
}
