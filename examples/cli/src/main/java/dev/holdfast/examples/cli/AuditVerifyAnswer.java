package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.audit.AuditCheckpoint;
import dev.holdfast.audit.AuditTrail;
import dev.holdfast.audit.AuditVerification;
import dev.holdfast.audit.AuditVerification.Broken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether the audit is what was sealed. */
record AuditVerifyAnswer(AuditVerification found) implements Answer {

    /** Seals what is new, and then looks: where no node runs, nobody else does. */
    static AuditVerifyAnswer of(AuditTrail trail, Optional<Path> checkpoint) {
        trail.seal();
        return new AuditVerifyAnswer(
                checkpoint.map(AuditVerifyAnswer::read).map(trail::verify).orElseGet(trail::verify));
    }

    private static AuditCheckpoint read(Path file) {
        try {
            return AuditCheckpoint.parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public ExitCode exit() {
        return found.isIntact() ? ExitCode.OK : ExitCode.DIFFERS;
    }

    @Override
    public JsonNode json() {
        ObjectNode json = Json.object()
                .put("intact", found.isIntact())
                .put("pruned", found.pruned())
                .put("verified", found.verified())
                .put("unsealed", found.unsealed())
                .put("checkpoint", found.checkpoint().toString());
        found.broken()
                .ifPresent(broken -> json.putObject("broken")
                        .put("kind", Json.word(broken.kind()))
                        .put("number", broken.number())
                        .put("entry", broken.entry())
                        .put("text", broken.text()));
        return json;
    }

    @Override
    public void print(Paper paper) {
        if (found.broken().isPresent()) {
            Broken broken = found.broken().get();
            paper.line("The audit is not what was sealed. The first that is wrong: number " + broken.number() + ", "
                    + Json.word(broken.kind()) + ": " + broken.text());
            return;
        }
        paper.line(found.verified() + " entries are as they were sealed; " + found.pruned()
                + " before them were pruned, " + found.unsealed() + " are not sealed yet.");
        paper.line("Keep this line outside the database, and give it to --checkpoint later:");
        paper.line(found.checkpoint().toString());
    }
}
