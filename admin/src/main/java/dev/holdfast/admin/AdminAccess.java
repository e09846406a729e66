package dev.holdfast.admin;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * The host's word on who sends a request and what that caller may do. The servlet has no login of its own.
 *
 * <p>The servlet asks once for each request, on the request's thread, before anything is read or changed. What an
 * implementation throws is answered with 500, and nothing happens. Safe for use by several threads.
 */
@FunctionalInterface
public interface AdminAccess {

    /** Returns who sends the request, and what it may do. */
    AdminCaller caller(HttpServletRequest request);

    /**
     * Returns the {@code WWW-Authenticate} header of a 401. With {@code Bearer} the page asks for a token; by default
     * there is none.
     */
    default Optional<String> challenge() {
        return Optional.empty();
    }

    /**
     * Returns the header that the host wants in requests that change something. The page learns it from its session and
     * sends it. By default there is none.
     */
    default Optional<AdminCsrf> csrf(HttpServletRequest request) {
        return Optional.empty();
    }

    /**
     * Returns what holds where a host says nothing: a caller on this machine may do everything, all others nothing. It
     * compares the address of the peer and the {@code Host} header with loopback, and refuses what a proxy has
     * forwarded.
     */
    static AdminAccess loopback() {
        return LoopbackCaller::of;
    }

    /**
     * Returns the container's login: {@link HttpServletRequest#getUserPrincipal} and
     * {@link HttpServletRequest#isUserInRole}. Whoever has {@code decide} may read and decide, whoever has {@code look}
     * may read, others with a login are refused.
     */
    static AdminAccess roles(String look, String decide) {
        return request -> {
            if (request.getUserPrincipal() == null) {
                return AdminCaller.unknown("sign in to this host first");
            }
            String name = request.getUserPrincipal().getName();
            if (request.isUserInRole(decide)) {
                return AdminCaller.decides(name);
            }
            return request.isUserInRole(look)
                    ? AdminCaller.looks(name)
                    : AdminCaller.refused("this login has neither the role to look nor the role to decide");
        };
    }
}
