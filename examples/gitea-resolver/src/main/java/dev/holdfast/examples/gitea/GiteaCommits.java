package dev.holdfast.examples.gitea;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.source.SourceHistory.Commit;
import dev.holdfast.spi.source.SourceHistory.History;
import dev.holdfast.spi.source.SourceHistory.Relation;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commits of one repository, as far as one question needs them. */
record GiteaCommits(GiteaClient client, GiteaRepository repository, Deadline deadline) {

    private static final int PAGE = 50;

    boolean exists(Revision revision) {
        URI commit = repository.resource(
                "git/commits/" + revision, "stat", "false", "verification", "false", "files", "false");
        Optional<JsonNode> answer = client.get(repository, commit, deadline);
        if (answer.isEmpty()) {
            client.existing(repository, repository.resource(""), deadline);
        }
        // The API takes any name for a commit: what it answers must be the one that was asked for.
        return answer.filter(found -> found.path("sha").asText().equals(revision.value()))
                .isPresent();
    }

    /** Returns the newest commit up to {@code tip} that changed the source's directory; empty if none did. */
    Optional<Revision> lastChange(Revision tip) {
        return page(tip, Optional.empty(), repository.subdirectory(), 1).stream()
                .findFirst()
                .map(commit -> client.revision(repository, commit.path("sha")));
    }

    History history(Revision from, Revision to, int max) {
        if (!exists(to)) {
            throw new PermanentException(
                    Reason.REVISION_NOT_FOUND, repository + " has no commit " + to + " any more; sweep it again");
        }
        // Whatever the older one has that the newer has not: nothing, exactly if it is an ancestor.
        boolean descends = exists(from) && page(from, Optional.of(to), "", 1).isEmpty();
        Relation relation = descends ? Relation.DESCENDANT : Relation.REWRITTEN;
        return new History(relation, commits(to, descends ? Optional.of(from) : Optional.empty(), max));
    }

    private List<Commit> commits(Revision to, Optional<Revision> without, int max) {
        List<Commit> commits = new ArrayList<>();
        for (int page = 1; commits.size() < max; page++) {
            List<JsonNode> more = page(to, without, repository.subdirectory(), page);
            more.stream().limit(max - commits.size()).map(this::commit).forEach(commits::add);
            if (more.isEmpty()) {
                break;
            }
        }
        return commits;
    }

    /** Returns one page of the log, newest first; Gitea answers 404 where a path has no commits. */
    private List<JsonNode> page(Revision tip, Optional<Revision> without, String path, int page) {
        List<String> parameters = new ArrayList<>(
                List.of("sha", tip.value(), "page", Integer.toString(page), "limit", Integer.toString(PAGE)));
        parameters.addAll(List.of("stat", "false", "verification", "false", "files", "false"));
        without.ifPresent(revision -> parameters.addAll(List.of("not", revision.value())));
        if (!path.isEmpty()) {
            parameters.addAll(List.of("path", path));
        }
        List<JsonNode> commits = new ArrayList<>();
        client.get(repository, repository.resource("commits", parameters.toArray(String[]::new)), deadline)
                .ifPresent(list -> list.forEach(commits::add));
        return commits;
    }

    private Commit commit(JsonNode node) {
        JsonNode author = node.path("commit").path("author");
        String subject =
                node.path("commit").path("message").asText().lines().findFirst().orElse("");
        return new Commit(
                client.revision(repository, node.path("sha")),
                author.path("name").asText(),
                time(author.path("date").asText()),
                subject.replaceAll("\\p{Cntrl}", " "));
    }

    /** The author's word, which may be anything. */
    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
