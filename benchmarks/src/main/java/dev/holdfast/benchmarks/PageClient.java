package dev.holdfast.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** Asks a server below one address; an answer that is none is an error. */
final class PageClient {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    PageClient(URI base) {
        this.base = base;
    }

    /** Reads an answer to its end. */
    void get(String path) {
        try {
            check(path, client.send(request(path), BodyHandlers.discarding()));
        } catch (IOException e) {
            throw new IllegalStateException(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads an answer, without waiting. */
    <T> CompletableFuture<T> ask(String path, BodyHandler<T> body) {
        return client.sendAsync(request(path), body).thenApply(answer -> check(path, answer));
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).build();
    }

    private static <T> T check(String path, HttpResponse<T> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + " answered " + answer.statusCode());
        }
        return answer.body();
    }
}
