package dev.holdfast.examples.host;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Lets requests in that name this platform. A page whose name was made to lead here (DNS rebinding) says its own name.
 */
final class HostNames implements Filter {

    private final Set<String> hosts;

    HostNames(String bind, List<String> names) {
        this.hosts = new HashSet<>(Arrays.asList("localhost", "127.0.0.1", "[::1]", bind));
        names.forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String host =
                String.valueOf(((HttpServletRequest) request).getHeader("Host")).toLowerCase(Locale.ROOT);
        if (hosts.contains(host.replaceFirst(":[0-9]{1,5}$", ""))) {
            chain.doFilter(request, response);
        } else {
            Answers.problem(
                    (HttpServletResponse) response,
                    421,
                    "misdirected-request",
                    "this platform is not known by that name; start it with --name");
        }
    }
}
