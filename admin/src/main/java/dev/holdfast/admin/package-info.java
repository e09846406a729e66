/**
 * REST, events, a webhook and a page for operators as one Jakarta servlet: {@link dev.holdfast.admin.AdminServlet},
 * which a host mounts under any path.
 */
@NullMarked
package dev.holdfast.admin;

import org.jspecify.annotations.NullMarked;
