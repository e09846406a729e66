package dev.holdfast.delivery.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * An engine that says by name what it is about to change: {@code before stop}, {@code in stop}, {@code before rename to
 * last}; of a removal also {@code in remove} and {@code after remove}. Whoever is told may die there.
 */
public final class SteppedEngine implements DockerHttpClient {

    private static final Duration HALF_WAY = Duration.ofMillis(300);
    private static final Duration ON_ITS_WAY = Duration.ofMillis(10);

    private final DockerHttpClient engine;
    private final Consumer<String> steps;
    private boolean started;

    private SteppedEngine(DockerHttpClient engine, Consumer<String> steps) {
        this.engine = engine;
        this.steps = steps;
    }

    /** Returns a client of the engine behind {@code client}, which stays open; tells {@code steps} each step. */
    public static DockerClient over(DockerClient client, Consumer<String> steps) {
        DockerHttpClient http = ((DockerClientImpl) client).getHttpClient();
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withApiVersion(DockerClients.negotiated(http, URI.create("docker:engine")))
                .build();
        return DockerClientImpl.getInstance(config, new SteppedEngine(http, steps));
    }

    @Override
    public Response execute(Request request) {
        String path = request.path();
        if (request.method().equals(Request.Method.GET.name())) {
            if (started && path.matches(".*/containers/[0-9a-f]{64}/json")) {
                started = false;
                steps.accept("while it is watched");
            }
            return engine.execute(request);
        }
        String step = step(request.method(), path);
        steps.accept("before " + step);
        if (step.equals("stop")) {
            halfWay("in " + step);
        }
        started |= step.equals("start");
        return step.equals("remove") ? removed(request) : engine.execute(request);
    }

    /** The engine goes on with it, whatever happens to who is told. */
    private Response removed(Request request) {
        FutureTask<Response> removal = new FutureTask<>(() -> engine.execute(request));
        Thread beside = new Thread(removal);
        beside.setDaemon(true);
        beside.start();
        LockSupport.parkNanos(ON_ITS_WAY.toNanos());
        steps.accept("in remove");
        try {
            Response answer = removal.get();
            steps.accept("after remove");
            return answer;
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new InterruptedIOException("interrupted"));
        } catch (ExecutionException e) {
            throw new UncheckedIOException(new IOException(e.getCause()));
        }
    }

    private void halfWay(String step) {
        Thread beside = new Thread(() -> {
            LockSupport.parkNanos(HALF_WAY.toNanos());
            steps.accept(step);
        });
        beside.setDaemon(true);
        beside.start();
    }

    private static String step(String method, String path) {
        if (method.equals("DELETE")) {
            return "remove";
        }
        if (path.contains("/images/create")) {
            return "pull";
        }
        String[] words = path.replaceFirst("\\?.*", "").split("/", -1);
        String last = words[words.length - 1];
        String place = path.endsWith(RefreshNames.NEXT) ? "next" : path.endsWith(RefreshNames.LAST) ? "last" : "name";
        return switch (last) {
            case "create" -> "create " + place;
            case "rename" -> "rename to " + place;
            case "update" -> "update of the restart policy";
            default -> last;
        };
    }

    @Override
    public void close() throws IOException {
        // The engine is the caller's.
    }
}
