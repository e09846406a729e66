package dev.holdfast.contracts.needs;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Names what a test needs from the machine it runs on.
 *
 * <p>Each facility is looked for just before the test, which takes milliseconds and at most two seconds. When one is
 * absent, the test is disabled and a line that names the facility and the test is appended to
 * {@code target/not-covered.txt} in the working directory (if there is a {@code target} directory; each line once), so
 * that a build can say at its end what it did not cover. Where the environment variable {@code CI} or
 * {@code HOLDFAST_REQUIRE_ALL} is {@code true}, the test <em>fails</em> instead: a machine that is meant to cover
 * everything never skips in silence.
 *
 * <pre>{@code
 * @Needs(Facility.DOCKER)
 * final class DockerTargetIT extends DeliveryTargetContract { ... }
 * }</pre>
 *
 * <p>On a class it holds for all its tests, subclasses and nested classes included; it may be used on an annotation of
 * your own.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NeedsCondition.class)
public @interface Needs {

    /** Returns all facilities that the test needs; every one must be present. */
    Facility[] value();
}
