package dev.holdfast.examples.gitea;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the refs of one repository stand, for one question: what several refs need is asked once. */
final class GiteaRefs {

    private static final int PAGE = 50;
    private static final int MOST_PAGES = 200;
    private static final String HEADS = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    private final GiteaClient client;
    private final GiteaRepository repository;
    private final GiteaCommits commits;
    private final Deadline deadline;
    private final Map<String, Map<String, Revision>> known = new HashMap<>();
    private final Map<Revision, Optional<Revision>> changed = new HashMap<>();
    private final String defaultBranch;

    @Nullable private Map<String, Revision> tags;

    /** Asks for the repository itself first: only so can "no such ref" be told from "no such repository". */
    GiteaRefs(GiteaClient client, GiteaRepository repository, Deadline deadline) {
        this.client = client;
        this.repository = repository;
        this.commits = new GiteaCommits(client, repository, deadline);
        this.deadline = deadline;
        this.defaultBranch = client.existing(repository, repository.resource(""), deadline)
                .path("default_branch")
                .asText("main");
    }

    Resolution answer(TrackedRef ref) {
        if (ref instanceof TrackedRef.LatestTag || ref instanceof TrackedRef.SemverRange) {
            return new Resolution.Tags(tags());
        }
        if (ref instanceof TrackedRef.Tag tag) {
            Revision at = tags().get(tag.name());
            return at == null ? Resolution.absent() : Resolution.found(at, tag.name());
        }
        if (ref instanceof TrackedRef.Sha sha) {
            return commits.exists(sha.revision()) ? Resolution.found(sha.revision()) : Resolution.absent();
        }
        return ref instanceof TrackedRef.Ref named ? named(named.name()) : Resolution.absent();
    }

    private Resolution named(String name) {
        if (name.startsWith(TAGS)) {
            Revision at = tags().get(name.substring(TAGS.length()));
            return at == null ? Resolution.absent() : Resolution.found(at);
        }
        String full = name.equals("HEAD") ? HEADS + defaultBranch : name.startsWith("refs/") ? name : HEADS + name;
        return Optional.ofNullable(refs(full.startsWith(HEADS) ? HEADS : full).get(full))
                .flatMap(this::lastChange)
                .map(Resolution::found)
                .orElseGet(Resolution::absent);
    }

    /** A branch moves with every commit; the directory that a source names only with some of them. */
    private Optional<Revision> lastChange(Revision branch) {
        return repository.subdirectory().isEmpty()
                ? Optional.of(branch)
                : changed.computeIfAbsent(branch, commits::lastChange);
    }

    /**
     * Returns all refs whose names begin so; Gitea answers 404 where there are none, and an object where there is one.
     */
    private Map<String, Revision> refs(String prefix) {
        return known.computeIfAbsent(prefix, asked -> {
            Map<String, Revision> found = new HashMap<>();
            String resource = "git/" + asked.replaceFirst("/$", "");
            client.get(repository, repository.resource(resource), deadline)
                    .map(answer -> answer.isArray()
                            ? answer
                            : JsonNodeFactory.instance.arrayNode().add(answer))
                    .ifPresent(list -> list.forEach(ref -> found.put(
                            ref.path("ref").asText(),
                            client.revision(repository, ref.path("object").path("sha")))));
            return found;
        });
    }

    /** Returns all tags, peeled: the list of refs shows an annotated tag's own object, this one the commit. */
    private Map<String, Revision> tags() {
        if (tags == null) {
            Map<String, Revision> found = new HashMap<>();
            for (int page = 1; addTags(page, found); page++) {
                if (page == MOST_PAGES) {
                    throw new PermanentException(
                            Reason.TOO_LARGE,
                            repository + " has more than " + PAGE * MOST_PAGES + " tags; remove some");
                }
            }
            tags = found;
        }
        return tags;
    }

    private boolean addTags(int page, Map<String, Revision> found) {
        URI resource = repository.resource("tags", "page", Integer.toString(page), "limit", Integer.toString(PAGE));
        Optional<JsonNode> list = client.get(repository, resource, deadline);
        list.ifPresent(part -> part.forEach(tag -> found.put(
                tag.path("name").asText(),
                client.revision(repository, tag.path("commit").path("sha")))));
        // A server may be set to shorter pages than were asked for: only an empty one is the end.
        return list.filter(part -> !part.isEmpty()).isPresent();
    }
}
