/** Plugins from a Gitea server by its REST API, without git: {@link dev.holdfast.examples.gitea.GiteaResolver}. */
@NullMarked
package dev.holdfast.examples.gitea;

import org.jspecify.annotations.NullMarked;
