package dev.holdfast.internal;

import dev.holdfast.spi.Operation;
import org.slf4j.spi.LoggingEventBuilder;

/** Lines about an operation carry what a log system can search by, beside the sentence for people. */
public final class OperationLog {

    private OperationLog() {}

    public static LoggingEventBuilder about(Operation operation, LoggingEventBuilder line) {
        return line.addKeyValue("workspace", operation.key().workspace())
                .addKeyValue("plugin", operation.key().plugin())
                .addKeyValue("operation", operation.id())
                .addKeyValue("kind", operation.kind());
    }
}
