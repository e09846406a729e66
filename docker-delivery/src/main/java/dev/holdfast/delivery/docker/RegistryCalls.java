package dev.holdfast.delivery.docker;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests for manifests, as the one or the nobody that the registry knows us as. */
final class RegistryCalls {

    /** All four at once: with fewer, registries answer with another digest, or say that there is nothing. */
    private static final String ACCEPT = "application/vnd.oci.image.index.v1+json,"
            + " application/vnd.docker.distribution.manifest.list.v2+json,"
            + " application/vnd.oci.image.manifest.v1+json,"
            + " application/vnd.docker.distribution.manifest.v2+json";

    private static final String HUB_API = "registry-1.docker.io";
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int MOST_REDIRECTS = 3;
    private static final Duration QUIET_WITHOUT_WORD = Duration.ofMinutes(1);
    private static final Duration FOR_GOOD = Duration.ofDays(1);

    private final Settings settings;
    private final HttpClient http;
    private final RegistryTokens tokens;
    private final Map<String, RegistryGate> gates = new ConcurrentHashMap<>();

    RegistryCalls(Settings settings, HttpClient http) {
        this.settings = settings;
        this.http = http;
        this.tokens = new RegistryTokens(settings.clock());
    }

    /**
     * What a host has set.
     *
     * @param credentials by registry
     * @param plain the registries that are asked over http
     * @param perMinute how many requests one registry gets
     * @param clock by which tokens end and waits are measured
     */
    record Settings(
            Function<String, Optional<RegistryCredentials>> credentials,
            Set<String> plain,
            int perMinute,
            Clock clock) {

        /** Copies the set, since its builder may go on. */
        Settings {
            plain = Set.copyOf(plain);
        }
    }

    /** Asks for a manifest; answers other than 200 are exceptions. */
    HttpResponse<RegistryBody> manifest(String method, ImageReference image, String reference, Deadline deadline) {
        return ask(new Question(method, image, "manifests", reference, deadline));
    }

    /** As {@link #manifest}, for one of {@code manifests}, {@code referrers} and {@code blobs}. */
    HttpResponse<RegistryBody> get(String kind, ImageReference image, String reference, Deadline deadline) {
        return ask(new Question("GET", image, kind, reference, deadline));
    }

    /** Returns what a digest names, which it is compared with. */
    byte[] content(String kind, ImageReference image, ImageDigest digest, Deadline deadline) {
        byte[] body = get(kind, image, digest.value(), deadline).body().bytes();
        if (!ImageDigest.ofContent(body).equals(digest)) {
            throw new PermanentException(
                    Reason.PROTOCOL,
                    image.name() + "@" + digest + " has other content than its digest says; check what stands between"
                            + " here and the registry");
        }
        return body;
    }

    /**
     * Asks for the page that this one's {@code Link} names as the next; empty if it names none at the registry itself.
     */
    Optional<HttpResponse<RegistryBody>> after(
            HttpResponse<RegistryBody> page, ImageReference image, String reference, Deadline deadline) {
        Question question = new Question("GET", image, "referrers", reference, deadline);
        return RegistryJson.next(page.headers().allValues("Link"))
                .map(RegistryCalls::uri)
                .map(page.uri()::resolve)
                .filter(next -> origin(next).equals(base(image.registry())))
                .map(next -> ask(question, next));
    }

    private HttpResponse<RegistryBody> ask(Question question) {
        return ask(
                question,
                URI.create(base(question.image().registry()) + "/v2/"
                        + question.image().repository() + "/" + question.kind() + "/" + question.reference()));
    }

    private HttpResponse<RegistryBody> ask(Question question, URI uri) {
        ImageReference image = question.image();
        Optional<RegistryCredentials> credentials = settings.credentials().apply(image.registry());
        String whose = credentials.map(RegistryCredentials::header).orElse("");
        RegistryTokens.Key key = new RegistryTokens.Key(image.registry(), image.repository(), whose);
        HttpResponse<RegistryBody> answer = followed(question, question.method(), uri, tokens.find(key));
        // Nobody but the registry itself says who is to be told the credentials.
        if (answer.statusCode() == 401 && origin(answer.uri()).equals(base(image.registry()))) {
            tokens.drop(key);
            String told = authorization(question, credentials, key, answer);
            answer = followed(question, question.method(), uri, Optional.of(told));
        }
        check(question, answer, credentials.isPresent());
        return answer;
    }

    /**
     * Returns whether a GET may be answered where HEAD was refused so. Credentials that were refused are not tried
     * twice: some servers lock an account for that.
     */
    boolean mayDifferByGet(ImageReference image, Reason refusal) {
        return refusal == Reason.REF_NOT_FOUND
                || refusal == Reason.PROTOCOL
                || (refusal == Reason.UNAUTHORIZED
                        && settings.credentials().apply(image.registry()).isEmpty());
    }

    /** One request for a manifest, and all that its messages name. */
    private record Question(String method, ImageReference image, String kind, String reference, Deadline deadline) {
        @Override
        public String toString() {
            return "asking for " + (kind.equals("manifests") ? "" : kind + " of ") + image.name()
                    + (reference.contains(":") ? "@" : ":") + reference;
        }
    }

    /**
     * Follows redirects. Another server has no business with what was said to the first one, wherever it sends on to.
     */
    private HttpResponse<RegistryBody> followed(
            Question question, String method, URI first, Optional<String> authorization) {
        URI uri = first;
        Optional<String> said = authorization;
        HttpResponse<RegistryBody> answer = send(question, method, uri, said);
        for (int i = 0; i < MOST_REDIRECTS && REDIRECTS.contains(answer.statusCode()); i++) {
            URI next = uri.resolve(answer.headers()
                    .firstValue("Location")
                    .map(RegistryCalls::uri)
                    .orElse(uri));
            if (uri.getScheme().equals("https") && !"https".equals(next.getScheme())) {
                throw new PermanentException(
                        Reason.PROTOCOL,
                        question + " led from https to " + next.getScheme() + "; that is not followed");
            }
            said = origin(next).equals(origin(uri)) ? said : Optional.empty();
            answer = send(question, method, next, said);
            uri = next;
        }
        return answer;
    }

    private String authorization(
            Question question,
            Optional<RegistryCredentials> credentials,
            RegistryTokens.Key key,
            HttpResponse<RegistryBody> refusal) {
        for (RegistryChallenge challenge :
                RegistryChallenge.parse(refusal.headers().allValues("WWW-Authenticate"))) {
            if (challenge.scheme().equals("bearer")) {
                return token(question, challenge, credentials, key);
            }
            if (challenge.scheme().equals("basic") && credentials.isPresent()) {
                String header = credentials.get().header();
                tokens.keep(key, header, FOR_GOOD);
                return header;
            }
        }
        throw unauthorized(question, credentials.isPresent());
    }

    /** Follows the token specification of the distribution project. */
    private String token(
            Question question,
            RegistryChallenge challenge,
            Optional<RegistryCredentials> credentials,
            RegistryTokens.Key key) {
        URI realm = challenge
                .parameter("realm")
                .map(RegistryCalls::uri)
                .filter(URI::isAbsolute)
                .orElseThrow(() -> garbage(question, "it names no token server"));
        if (!realm.getScheme().equals("https") && !isPlain(question.image().registry())) {
            throw new PermanentException(
                    Reason.PROTOCOL, question + " failed: its token server is asked over https alone, not at " + realm);
        }
        String scope = challenge
                .parameter("scope")
                .orElse("repository:" + question.image().repository() + ":pull");
        String query = (realm.getRawQuery() == null ? "?" : "&")
                + challenge
                        .parameter("service")
                        .map(name -> "service=" + RegistryJson.encoded(name) + "&")
                        .orElse("")
                + "scope=" + RegistryJson.encoded(scope);
        HttpResponse<RegistryBody> answer =
                followed(question, "GET", uri(realm + query), credentials.map(RegistryCredentials::header));
        check(question, answer, credentials.isPresent());
        RegistryJson.Token token = RegistryJson.token(answer.body().bytes())
                .orElseThrow(() -> garbage(question, "its token server's answer holds no token"));
        String header = "Bearer " + token.value();
        tokens.keep(key, header, token.life());
        return header;
    }

    private HttpResponse<RegistryBody> send(Question question, String method, URI uri, Optional<String> authorization) {
        HttpRequest.Builder request = request(question, uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Accept", question.kind().equals("blobs") ? "*/*" : ACCEPT)
                .header("User-Agent", "holdfast");
        authorization.ifPresent(value -> request.header("Authorization", value));
        try {
            return gate(question.image().registry()).pass(question.deadline(), () -> bounded(question, request));
        } catch (HoldfastException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, question + " was interrupted", e);
        } catch (HttpConnectTimeoutException e) {
            throw unreachable(question, e);
        } catch (TimeoutException | HttpTimeoutException e) {
            throw question.deadline().timeout(question.toString());
        } catch (IOException e) {
            throw unreachable(question, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RegistryBody.TooLarge
                    ? garbage(question, "its answer has more than " + RegistryBody.LARGEST + " bytes")
                    : unreachable(question, e.getCause());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest.Builder request(Question question, URI uri) {
        try {
            return HttpRequest.newBuilder(uri);
        } catch (IllegalArgumentException e) {
            throw garbage(question, "it led to an address that is none of http");
        }
    }

    private static TransientException unreachable(Question question, @Nullable Throwable cause) {
        return new TransientException(
                Reason.UNREACHABLE, question + " failed: " + cause + "; try again when it answers", cause);
    }

    /**
     * Not asynchronously: the JDK hands such answers over in the common pool, whose few threads may all be waiting for
     * us. The client's timeout ends with the headers, so the body is waited for by itself.
     */
    private HttpResponse<RegistryBody> bounded(Question question, HttpRequest.Builder request) throws Exception {
        HttpResponse<RegistryBody> response = http.send(
                request.timeout(question.deadline().remaining().plusNanos(1)).build(), info -> new RegistryBody());
        response.body().await(question.deadline().remaining());
        return response;
    }

    private void check(Question question, HttpResponse<RegistryBody> answer, boolean known) {
        int status = answer.statusCode();
        switch (status) {
            case 200 -> {}
            case 401 -> throw unauthorized(question, known);
            case 403 ->
                throw new PermanentException(
                        Reason.FORBIDDEN, question + " was forbidden; these credentials may not pull it");
            case 404 ->
                throw new PermanentException(
                        question.reference().contains(":") ? Reason.REVISION_NOT_FOUND : Reason.REF_NOT_FOUND,
                        question
                                + " found nothing; check the name and the tag, and whether the credentials may see it");
            case 429, 503 -> throw hushed(question, answer);
            default -> {
                if (status >= 500 || status == 408) {
                    throw new TransientException(
                            Reason.UNREACHABLE, question + " failed: the server answered " + status + "; try again");
                }
                throw garbage(question, "it answered " + status);
            }
        }
    }

    private TransientException hushed(Question question, HttpResponse<RegistryBody> answer) {
        Optional<Duration> said =
                answer.headers().firstValue("Retry-After").flatMap(text -> RegistryJson.wait(text, settings.clock()));
        boolean limited = answer.statusCode() == 429;
        Optional<Duration> wait = limited ? Optional.of(said.orElse(QUIET_WITHOUT_WORD)) : said;
        wait.ifPresent(gate(question.image().registry())::hush);
        return new TransientException(
                limited ? Reason.RATE_LIMITED : Reason.UNREACHABLE,
                question
                        + (limited ? " was rate-limited by the registry" : " failed: the registry is not available")
                        + " (" + answer.statusCode() + "); try again later",
                null,
                wait.orElse(null));
    }

    private static PermanentException unauthorized(Question question, boolean known) {
        return new PermanentException(
                Reason.UNAUTHORIZED,
                question
                        + (known
                                ? " failed: the credentials were refused; check them"
                                : " failed: it wants credentials; give them for "
                                        + question.image().registry()));
    }

    private static PermanentException garbage(Question question, String what) {
        return new PermanentException(
                Reason.PROTOCOL, question + " failed: " + what + "; check that a registry answers there");
    }

    private RegistryGate gate(String registry) {
        return gates.computeIfAbsent(registry, name -> new RegistryGate(name, settings.perMinute(), settings.clock()));
    }

    private boolean isPlain(String registry) {
        return settings.plain().contains(registry);
    }

    private String base(String registry) {
        String host = registry.equals(ImageReference.DOCKER_HUB) ? HUB_API : registry;
        return (isPlain(registry) ? "http://" : "https://") + host;
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new PermanentException(
                    Reason.PROTOCOL,
                    "a registry named an address that is none; check that a registry answers there",
                    e);
        }
    }
}
