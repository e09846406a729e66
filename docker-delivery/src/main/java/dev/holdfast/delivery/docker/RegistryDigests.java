package dev.holdfast.delivery.docker;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImageEvidence;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageSignatures;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks any registry that speaks the OCI distribution specification 1.1, over the JDK's own client: no engine, no files,
 * no environment.
 *
 * <p>A tag costs one {@code HEAD}, and a {@code GET} where the answer is no digest: some registries know only that.
 * What a new digest holds costs one {@code GET}, two for an index, and is remembered. Bodies are checked against the
 * digest that was asked for. Basic and token authentication happen when the registry asks for them; tokens are kept for
 * as long as they last, by registry, repository and whose they are.
 *
 * <p>Holds no threads beyond those of its client, which end with it. Safe for use by several threads.
 */
public final class RegistryDigests implements ImageDigests, ImageSignatures {

    private static final int REMEMBERED = 1000;
    private static final int MOST_NESTED = 3;

    private final RegistryCalls calls;
    private final RegistrySignatures signatures;
    private final Map<String, ImageDocument> documents = new LinkedHashMap<>(16, 0.75f, true);

    private RegistryDigests(RegistryCalls calls) {
        this.calls = calls;
        this.signatures = new RegistrySignatures(calls);
    }

    /** Returns a builder that asks every registry over HTTPS, anonymously. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public ImageDigest standing(ImageReference image, Deadline deadline) {
        Optional<String> said = head(image, deadline).headers().firstValue("Docker-Content-Digest");
        if (said.isPresent()) {
            try {
                return ImageDigest.of(said.get().strip());
            } catch (PermanentException e) {
                throw garbage(image, e);
            }
        }
        return ImageDigest.ofContent(
                calls.manifest("GET", image, image.tag(), deadline).body().bytes());
    }

    /** Some registries know GET alone: what they say to HEAD is believed when they say it to GET as well. */
    private HttpResponse<RegistryBody> head(ImageReference image, Deadline deadline) {
        try {
            return calls.manifest("HEAD", image, image.tag(), deadline);
        } catch (PermanentException e) {
            if (!calls.mayDifferByGet(image, e.reason())) {
                throw e;
            }
            return got(image, e, deadline);
        }
    }

    private HttpResponse<RegistryBody> got(ImageReference image, PermanentException refusal, Deadline deadline) {
        try {
            return calls.manifest("GET", image, image.tag(), deadline);
        } catch (PermanentException e) {
            refusal.addSuppressed(e);
            throw refusal;
        }
    }

    @Override
    public PlatformImage on(ImagePlatform platform, ImageReference image, ImageDigest digest, Deadline deadline) {
        return within(digest, platform, MOST_NESTED, wanted -> document(image, wanted, deadline))
                .orElseThrow(() -> new PermanentException(
                        Reason.REVISION_NOT_FOUND,
                        image + " is not made for " + platform + " any more; build it for that, or pin another tag"));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Costs three requests where there is nothing, two more for each signature, and one for each further page of
     * referrers. At most 10 pages are read, and 16 referrers and 16 layers of a manifest are looked at, each of 64 KiB
     * at most.
     */
    @Override
    public ImageEvidence evidence(ImageReference image, ImageDigest digest, Deadline deadline) {
        return signatures.of(image, digest, deadline);
    }

    /** An index may hold indexes; engines look into them, and none of them is deep. */
    private static Optional<PlatformImage> within(
            ImageDigest digest, ImagePlatform platform, int deep, Function<ImageDigest, ImageDocument> documents) {
        ImageDocument document = documents.apply(digest);
        if (document instanceof ImageDocument.Single single) {
            return Optional.of(new PlatformImage(digest, single.config()));
        }
        if (deep > 0 && document instanceof ImageDocument.Index index) {
            return index.candidates(platform).stream()
                    .flatMap(candidate -> within(candidate, platform, deep - 1, documents).stream())
                    .findFirst();
        }
        return Optional.empty();
    }

    private ImageDocument document(ImageReference image, ImageDigest digest, Deadline deadline) {
        String key = image.name() + "@" + digest;
        synchronized (documents) {
            ImageDocument known = documents.get(key);
            if (known != null) {
                return known;
            }
        }
        byte[] body = calls.content("manifests", image, digest, deadline);
        ImageDocument document = ImageDocument.parse(body).orElseThrow(() -> garbage(image, null));
        synchronized (documents) {
            documents.put(key, document);
            if (documents.size() > REMEMBERED) {
                documents.remove(documents.keySet().iterator().next());
            }
        }
        return document;
    }

    private static PermanentException garbage(ImageReference image, @Nullable Exception cause) {
        return new PermanentException(
                Reason.PROTOCOL,
                "asking for " + image + " failed: the answer is no image manifest; check that a registry answers there",
                cause);
    }

    /** What a host may set. */
    public static final class Builder {

        private static final int USUAL_PER_MINUTE = 300;
        private static final Duration PATIENCE = Duration.ofSeconds(10);

        private final Set<String> plain = new HashSet<>();
        private Function<String, Optional<RegistryCredentials>> credentials = registry -> Optional.empty();
        private int perMinute = USUAL_PER_MINUTE;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /**
         * Sets where credentials come from; by default requests are anonymous. It is asked for each request, with the
         * registry as references name it, port included, so what it answers may change.
         */
        public Builder credentials(Function<String, Optional<RegistryCredentials>> provider) {
            credentials = provider;
            return this;
        }

        /**
         * Asks this registry over http: what is said and answered may be read and changed on the way. For tests mostly.
         */
        public Builder plainHttp(String registry) {
            plain.add(registry);
            return this;
        }

        /**
         * Sets how many requests each registry gets in a minute at most; default 300. More are refused, with
         * {@link Reason#RATE_LIMITED}, without being sent.
         */
        public Builder requestsPerMinute(int most) {
            if (most < 1) {
                throw PermanentException.invalid("requests per minute", Integer.toString(most), "give at least 1");
            }
            perMinute = most;
            return this;
        }

        /** Sets the clock by which tokens end and waits are measured. */
        public Builder clock(Clock time) {
            clock = time;
            return this;
        }

        /** Returns it; what is set here later changes others only. No request is made yet. */
        public RegistryDigests build() {
            HttpClient http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(PATIENCE)
                    .build();
            return new RegistryDigests(
                    new RegistryCalls(new RegistryCalls.Settings(credentials, plain, perMinute, clock), http));
        }
    }
}
