package dev.holdfast.admin;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Lets callers of this machine in, and nobody that a proxy or a foreign name has led here. */
final class LoopbackCaller {

    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final List<String> FORWARDED =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

    private LoopbackCaller() {}

    static AdminCaller of(HttpServletRequest request) {
        if (!isLoopback(request.getRemoteAddr())) {
            return AdminCaller.refused("only this machine is let in; the host has set up no other access");
        }
        if (FORWARDED.stream().anyMatch(header -> request.getHeader(header) != null)) {
            return AdminCaller.refused("a proxy has forwarded this request; the host has set up no access for others");
        }
        String host = String.valueOf(request.getHeader("Host")).toLowerCase(Locale.ROOT);
        // A page of another site whose name was made to lead here (DNS rebinding) still says its own name.
        if (!NAMES.contains(host.replaceFirst(":[0-9]{1,5}$", ""))) {
            return AdminCaller.refused("this machine is not known by that name; use localhost");
        }
        return AdminCaller.decides("operator");
    }

    /** The peer's address is numeric, so nothing is looked up. */
    private static boolean isLoopback(String address) {
        if (!address.matches("[0-9a-fA-F:.%\\[\\]]+")) {
            return false;
        }
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
