package dev.holdfast.testkit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A registry and a runtime that do what a test says, and remember what they were asked. */
public final class ScriptedImages implements ImageDigests, ImageRefresher {

    /** The platform of every container here. */
    public static final ImagePlatform AMD64 = ImagePlatform.parse("linux/amd64");

    /** The images whose digest was asked for, in order. */
    public final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    /** The names of the containers that were recreated, in order. */
    public final List<String> refreshed = Collections.synchronizedList(new ArrayList<>());
    /** The images that were pulled, in order. */
    public final List<String> pulled = Collections.synchronizedList(new ArrayList<>());
    /** The names of the containers that were put back, in order. */
    public final List<String> restored = Collections.synchronizedList(new ArrayList<>());
    /** How many times the containers were listed. */
    public final AtomicInteger listings = new AtomicInteger();

    private final Map<ImageReference, ImageDigest> tags = new ConcurrentHashMap<>();
    private final Map<ImageDigest, PlatformImage> contents = new ConcurrentHashMap<>();
    private final Map<ImageReference, RuntimeException> broken = new ConcurrentHashMap<>();
    private final Map<ImageDigest, RuntimeException> brokenContents = new ConcurrentHashMap<>();
    private final Map<String, RunningContainer> containers = new ConcurrentHashMap<>();
    private Consumer<RunningContainer> beforeRefresh = container -> {};
    private Runnable beforePull = () -> {};
    private final AtomicInteger endsAt = new AtomicInteger();
    private String ending = "";
    private boolean blind;
    private boolean byDigest;

    /** Returns a digest that a test can tell by its number. */
    public static ImageDigest digest(int number) {
        return ImageDigest.of("sha256:%064x".formatted(number));
    }

    /** The tag stands at a digest of its own content. */
    public ScriptedImages push(String image, int digest) {
        return push(image, digest, digest);
    }

    /** The tag stands at an index whose content for our platform is that. */
    public ScriptedImages push(String image, int digest, int content) {
        tags.put(ImageReference.parse(image), digest(digest));
        contents.put(digest(digest), new PlatformImage(digest(content), digest(1000 + content)));
        return this;
    }

    /** Lets every question about an image fail from now on. */
    public void fails(String image, RuntimeException failure) {
        broken.put(ImageReference.parse(image), failure);
    }

    /** Returns the registry with one image at whose question it throws what it should not, checked exceptions too. */
    public ImageDigests throwing(String name, Throwable poison) {
        return new ImageDigests() {
            @Override
            public ImageDigest standing(ImageReference image, Deadline deadline) {
                if (image.equals(ImageReference.parse(name))) {
                    ScriptedImages.<RuntimeException>sneak(poison);
                }
                return ScriptedImages.this.standing(image, deadline);
            }

            @Override
            public PlatformImage on(
                    ImagePlatform platform, ImageReference image, ImageDigest digest, Deadline deadline) {
                return ScriptedImages.this.on(platform, image, digest, deadline);
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable what) throws T {
        throw (T) what;
    }

    /** Ends what {@link #fails(String, RuntimeException)} began. */
    public void works(String image) {
        broken.remove(ImageReference.parse(image));
    }

    /** Does this before each container is recreated. */
    public void beforeRefresh(Consumer<RunningContainer> action) {
        beforeRefresh = action;
    }

    /** Does this before each pull. */
    public void beforePull(Runnable action) {
        beforePull = action;
    }

    /** The runtime cannot tell what runs. */
    public ScriptedImages blind() {
        blind = true;
        return this;
    }

    /** The runtime calls an image by the digest it was pulled under, and knows nothing else of it. */
    public ScriptedImages byDigest() {
        byDigest = true;
        return this;
    }

    /** Forgets what a digest holds, as a registry does that removes what no tag names. */
    public void forget(int digest) {
        fails(digest, new PermanentException(Reason.REVISION_NOT_FOUND, "no " + digest(digest)));
    }

    /** Lets every question about what a digest holds fail from now on. */
    public void fails(int digest, RuntimeException failure) {
        brokenContents.put(digest(digest), failure);
    }

    /** Ends what {@link #fails(int, RuntimeException)} began. */
    public void answers(int digest) {
        brokenContents.remove(digest(digest));
    }

    /** Runs a container of an image at a digest. */
    public ScriptedImages runs(String name, String image, int digest) {
        return runs(name, image, digest, Map.of(), false);
    }

    /** Runs a container with labels; {@code brokenOff} where recreating it was begun and never ended. */
    public ScriptedImages runs(String name, String image, int digest, Map<String, String> labels, boolean brokenOff) {
        containers.put(name, container(name, ImageReference.parse(image), digest(digest), labels, brokenOff));
        return this;
    }

    /** A container ends just before the listing of that number from now on. */
    public void endsWithListing(String name, int number) {
        ending = name;
        endsAt.set(listings.get() + number);
    }

    /** Ends a container. */
    public void ends(String name) {
        containers.remove(name);
    }

    /** Returns what a container runs. */
    public ImageDigest digestOf(String name) {
        return Optional.ofNullable(containers.get(name))
                .orElseThrow()
                .digests()
                .iterator()
                .next();
    }

    private RunningContainer container(
            String name, ImageReference image, ImageDigest digest, Map<String, String> labels, boolean brokenOff) {
        String id = byDigest
                ? digest.value()
                : Optional.ofNullable(contents.get(digest))
                        .map(content -> content.config().value())
                        .orElse("sha256:unknown");
        return new RunningContainer(
                name + "-" + digest,
                name,
                image,
                blind ? "?" : id,
                blind ? Set.of() : Set.of(digest),
                AMD64,
                labels,
                brokenOff);
    }

    @Override
    public ImageDigest standing(ImageReference image, Deadline deadline) {
        asked.add(image.toString());
        Optional.ofNullable(broken.get(image)).ifPresent(failure -> {
            throw failure;
        });
        return Optional.ofNullable(tags.get(image))
                .orElseThrow(() -> new PermanentException(Reason.REF_NOT_FOUND, "no " + image));
    }

    @Override
    public PlatformImage on(ImagePlatform platform, ImageReference image, ImageDigest digest, Deadline deadline) {
        asked.add(image + "@" + digest.value().substring(60));
        Optional.ofNullable(brokenContents.get(digest)).ifPresent(failure -> {
            throw failure;
        });
        return Optional.ofNullable(contents.get(digest)).orElseThrow();
    }

    @Override
    public String site(Deadline deadline) {
        return "engine-1";
    }

    @Override
    public List<RunningContainer> running(Deadline deadline) {
        listings.incrementAndGet();
        if (endsAt.compareAndSet(listings.get(), 0)) {
            ends(ending);
        }
        return containers.values().stream().toList();
    }

    @Override
    public void refresh(RunningContainer container, ImageDigest digest, Hold hold, Deadline deadline) {
        beforeRefresh.accept(container);
        hold.check();
        refreshed.add(container.name());
        containers.put(
                container.name(), container(container.name(), container.image(), digest, container.labels(), false));
    }

    @Override
    public void pull(ImageReference image, ImageDigest digest, Deadline deadline) {
        beforePull.run();
        pulled.add(image + "@" + digest);
    }

    @Override
    public void restore(RunningContainer container, Hold hold, Deadline deadline) {
        hold.check();
        restored.add(container.name());
        containers.computeIfPresent(
                container.name(),
                (name, broken) -> new RunningContainer(
                        broken.id(),
                        name,
                        broken.image(),
                        broken.imageId(),
                        broken.digests(),
                        broken.platform(),
                        broken.labels(),
                        false));
    }
}
