package dev.holdfast.examples.gitea;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Asks Gitea's API: within a deadline, bounded in size, with a token for its own server only. */
final class GiteaClient {

    private static final long MOST_JSON = 16L * 1024 * 1024;
    private static final int MOST_REDIRECTS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private final Function<String, Optional<String>> tokens;
    private final Set<String> storage;
    private final long mostBytes;

    GiteaClient(Function<String, Optional<String>> tokens, Set<String> storage, long mostBytes) {
        this.tokens = tokens;
        this.storage = storage;
        this.mostBytes = mostBytes;
    }

    /** Returns a resource; empty if the server says that there is none. */
    Optional<JsonNode> get(GiteaRepository repository, URI resource, Deadline deadline) {
        HttpResponse<byte[]> response = asked(
                repository,
                resource,
                info -> info.statusCode() == 200
                        ? new BoundedBody<>(BodySubscribers.ofByteArray(), MOST_JSON)
                        : BodySubscribers.replacing(new byte[0]),
                Set.of(),
                deadline);
        if (response.statusCode() == 404 || response.statusCode() == 409) {
            // 409: the repository is empty.
            return Optional.empty();
        }
        require200(repository, response);
        try {
            return Optional.of(JSON.readTree(response.body()));
        } catch (IOException e) {
            throw notTheApi(repository, e);
        }
    }

    /** As {@link #get}, for what every repository has. */
    JsonNode existing(GiteaRepository repository, URI resource, Deadline deadline) {
        return get(repository, resource, deadline)
                .orElseThrow(() -> GiteaFailures.absent(repository, hasToken(repository)));
    }

    /** Keeps a resource in a file of its own, which is the caller's to delete. */
    Path download(GiteaRepository repository, URI resource, Path directory, Deadline deadline) {
        Path file;
        try {
            file = Files.createTempFile(Files.createDirectories(directory), "gitea-", ".tar.gz");
        } catch (IOException e) {
            throw new TransientException(Reason.NO_SPACE, "no archive can be kept in " + directory + ": " + e, e);
        }
        try {
            HttpResponse<Path> response = asked(
                    repository,
                    resource,
                    info -> info.statusCode() == 200
                            ? new BoundedBody<>(BodySubscribers.ofFile(file), mostBytes)
                            : BodySubscribers.replacing(file),
                    storage,
                    deadline);
            require200(repository, response);
            return file;
        } catch (RuntimeException e) {
            ArchiveBundle.delete(file);
            throw e;
        }
    }

    /** Returns a full commit id; anything else in its place is not the API's. */
    Revision revision(GiteaRepository repository, JsonNode id) {
        try {
            return Revision.of(id.asText());
        } catch (PermanentException e) {
            throw notTheApi(repository, e);
        }
    }

    /** Follows redirects by hand: within the server, and for archives to where the host said they may lie. */
    private <T> HttpResponse<T> asked(
            GiteaRepository repository,
            URI resource,
            HttpResponse.BodyHandler<T> body,
            Set<String> elsewhere,
            Deadline deadline) {
        URI at = resource;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpResponse<T> response = sent(repository, at, body, deadline);
            int status = response.statusCode();
            if (status / 100 != 3 || status == 304) {
                return response;
            }
            at = followed(repository, at, response, elsewhere);
        }
        throw new PermanentException(Reason.PROTOCOL, repository + " redirects for ever; ask its operator");
    }

    private static URI followed(GiteaRepository repository, URI from, HttpResponse<?> response, Set<String> elsewhere) {
        String location = response.headers().firstValue("Location").orElse("");
        try {
            URI to = from.resolve(location);
            boolean same = authority(to).equals(authority(repository.api()))
                    && to.getScheme().equals(repository.api().getScheme());
            boolean stored = elsewhere.contains(authority(to))
                    && (to.getScheme().equals("https")
                            || to.getScheme().equals(repository.api().getScheme()));
            if (same || stored) {
                return to;
            }
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new PermanentException(Reason.PROTOCOL, repository + " redirects to no address; ask its operator", e);
        }
        throw new PermanentException(
                Reason.FORBIDDEN,
                repository + " redirects to another place, which is not followed; if archives may come from there, say"
                        + " so with archivesFrom");
    }

    private <T> HttpResponse<T> sent(
            GiteaRepository repository, URI at, HttpResponse.BodyHandler<T> body, Deadline deadline) {
        deadline.check("asking " + repository);
        HttpRequest.Builder request = HttpRequest.newBuilder(at).header("Accept", "application/json, */*;q=0.5");
        if (authority(at).equals(authority(repository.api()))) {
            tokens.apply(repository.host()).ifPresent(token -> request.header("Authorization", "token " + token));
        }
        CompletableFuture<HttpResponse<T>> answer = http.sendAsync(request.build(), body);
        try {
            return answer.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw deadline.timeout("asking " + repository);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, "asking " + repository + " was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof HoldfastException known
                    ? known
                    : new TransientException(
                            Reason.UNREACHABLE,
                            repository + " cannot be reached (" + e.getCause() + "); try again later",
                            e);
        } finally {
            // Ends the exchange, also one that drips bytes; after the answer it does nothing.
            answer.cancel(true);
        }
    }

    private void require200(GiteaRepository repository, HttpResponse<?> response) {
        if (response.statusCode() != 200) {
            throw GiteaFailures.of(repository, response, hasToken(repository));
        }
    }

    private boolean hasToken(GiteaRepository repository) {
        return tokens.apply(repository.host()).isPresent();
    }

    private static String authority(URI uri) {
        return uri.getAuthority().toLowerCase(Locale.ROOT);
    }

    private static PermanentException notTheApi(GiteaRepository repository, Exception cause) {
        return new PermanentException(
                Reason.PROTOCOL,
                repository + " answers with what is not Gitea's API; check the server's address",
                cause);
    }
}
