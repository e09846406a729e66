/**
 * Holdfast in Spring Boot 3.5 and 4: a store over the host's {@code DataSource}, every resolver, target, probe and
 * listener bean collected, started and closed with the application, with its health and its metrics.
 */
@NullMarked
package dev.holdfast.spring.boot;

import org.jspecify.annotations.NullMarked;
