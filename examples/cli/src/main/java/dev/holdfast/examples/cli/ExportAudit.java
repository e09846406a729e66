package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.Holdfast;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/** Writes the whole audit into a file, one JSON object in each line, newest first. */
record ExportAudit(Path file, long entries) implements Answer {

    static ExportAudit of(Holdfast holdfast, Path file) {
        long entries = 0;
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Iterator<AuditEntry> all = Pages.all(holdfast::audit).iterator(); all.hasNext(); entries++) {
                out.write(Json.auditEntry(all.next()).toString());
                out.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
        return new ExportAudit(file, entries);
    }

    @Override
    public JsonNode json() {
        return Json.object().put("file", file.toString()).put("entries", entries);
    }

    @Override
    public void print(Paper paper) {
        paper.line(entries + " audit entries are in " + file);
    }
}
