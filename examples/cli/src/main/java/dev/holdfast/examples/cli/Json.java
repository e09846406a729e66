package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.trust.Verified;
import dev.holdfast.trust.Judgement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The JSON forms of what the library answers with. Ids are numbers, times are ISO 8601 in UTC, revisions are whole,
 * words of a closed set are lower case with dashes; what is absent is null, never left out.
 */
final class Json {

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static <T> ArrayNode array(List<T> items, Function<T, ? extends JsonNode> form) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> array.add(form.apply(item)));
        return array;
    }

    static ArrayNode texts(Iterable<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    static <T> ObjectNode page(Page<T> page, Function<T, ? extends JsonNode> form) {
        ObjectNode json = object().put("next", page.next().orElse(null));
        json.set("items", array(page.items(), form));
        return json;
    }

    static ObjectNode key(InstallKey key) {
        return object().put("workspace", key.workspace().value())
                .put("plugin", key.plugin().value());
    }

    static ObjectNode subject(Subject subject) {
        return subject instanceof PluginSubject plugin
                ? key(plugin.key())
                : object().put("subject", subject.toString());
    }

    static ObjectNode install(Install install) {
        ObjectNode json = key(install.key())
                .put("target", install.address().toString())
                .put("source", install.origin().source().toString())
                .put("tracks", install.origin().track().toString())
                .put("policy", install.policy().toString())
                .put("installedAt", install.installedAt().toString())
                .put("updatedAt", install.updatedAt().toString());
        json.set("release", release(install.release()));
        return json;
    }

    static ObjectNode release(Release release) {
        return object().put("revision", release.revision().value())
                .put("version", release.version().orElse(null))
                .put("digest", release.digest().value())
                .put("stamp", release.stamp().value());
    }

    static ObjectNode update(Update update) {
        ObjectNode json = object().put("id", update.id());
        json.setAll(subject(update.subject()));
        return json.put("from", update.from().value())
                .put("to", update.to().value())
                .put("version", update.version().orElse(null))
                .put("tracks", update.track().map(Object::toString).orElse(null))
                .put("why", word(update.why()))
                .put("status", word(update.status()))
                .put("attempts", update.attempts())
                .put("lastError", update.lastError().orElse(null))
                .put("retryAt", update.retryAt().map(Object::toString).orElse(null))
                .put("actor", update.actor())
                .put("createdAt", update.createdAt().toString())
                .put("changedAt", update.changedAt().toString());
    }

    static ObjectNode operation(Operation operation) {
        ObjectNode json = object().put("id", operation.id());
        json.setAll(key(operation.key()));
        return json.put("kind", word(operation.kind()))
                .put("target", operation.address().toString())
                .put("from", text(operation.from()))
                .put("to", text(operation.goal().map(Operation.Goal::revision)))
                .put("outcome", operation.outcome().map(Json::word).orElse(null))
                .put("phase", word(operation.phase()))
                .put("actor", operation.actor())
                .put("openedAt", operation.openedAt().toString());
    }

    static ObjectNode verified(Verified found) {
        return object().put("rule", found.rule())
                .put("part", word(found.part()))
                .put("fingerprint", found.fingerprint())
                .put("signer", found.signer())
                .put("account", found.account())
                .put("at", found.at().toString());
    }

    /** Returns what was found, and why it is refused; null if it is not. */
    static ObjectNode judgement(Judgement found) {
        return object().put("passes", found.passes())
                .put("refused", found.refused().map(Json::word).orElse(null))
                .put("text", found.text());
    }

    static ObjectNode auditEntry(AuditEntry entry) {
        ObjectNode json = object().put("id", entry.id())
                .put("at", entry.at().toString())
                .put("actor", entry.actor())
                .put("action", entry.action());
        json.put("workspace", entry.key().map(key -> key.workspace().value()).orElse(null));
        json.put("plugin", entry.key().map(key -> key.plugin().value()).orElse(null));
        return json.put("from", text(entry.from())).put("to", text(entry.to())).put("outcome", entry.outcome());
    }

    /**
     * Returns the word that people and machines read for a constant: {@code UPSTREAM_MOVED} is {@code upstream-moved}.
     */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @SuppressWarnings("NullAway") // null is what an absent value is in JSON
    static String text(Optional<Revision> revision) {
        return revision.map(Revision::value).orElse(null);
    }
}
