package dev.holdfast.admin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request and its answer. The answer is kept until {@link #send}, so that a failure on the way replaces it. */
final class Exchange {

    /** The most bytes that a request's body has. */
    static final int LARGEST_BODY = 64 * 1024;

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final String path;
    private Map<String, String> parameters = Map.of();
    private AdminCaller caller = AdminCaller.unknown("");
    private int status = HttpServletResponse.SC_OK;
    private String type = "text/plain; charset=utf-8";
    private byte @Nullable [] body;
    private boolean answered;

    Exchange(HttpServletRequest request, HttpServletResponse response, String path) {
        this.request = request;
        this.response = response;
        this.path = path;
    }

    HttpServletRequest request() {
        return request;
    }

    /** Returns the response, for who writes it as it goes; nothing is sent afterwards. */
    HttpServletResponse stream() {
        answered = true;
        return response;
    }

    /** Takes back what was written as it goes; returns false if that is on its way already. */
    boolean takesBack() {
        if (answered && response.isCommitted()) {
            return false;
        }
        if (answered) {
            response.reset();
            answered = false;
        }
        return true;
    }

    String method() {
        return request.getMethod();
    }

    /** Returns the path below the servlet's own. */
    String path() {
        return path;
    }

    void matched(Map<String, String> values) {
        this.parameters = values;
    }

    void from(AdminCaller known) {
        this.caller = known;
    }

    AdminCaller caller() {
        return caller;
    }

    /** Returns who asks, for the audit. */
    String actor() {
        return caller.name();
    }

    String pathParam(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException(path + " has no {" + name + "}");
        }
        return value;
    }

    @Nullable String queryParam(String name) {
        return request.getParameter(name);
    }

    Map<String, String[]> queryParams() {
        return request.getParameterMap();
    }

    @Nullable String header(String name) {
        return request.getHeader(name);
    }

    Exchange header(String name, String value) {
        response.setHeader(name, value);
        return this;
    }

    @Nullable String contentType() {
        return request.getContentType();
    }

    byte[] bodyAsBytes() {
        try {
            byte[] bytes = request.getInputStream().readNBytes(LARGEST_BODY + 1);
            if (bytes.length > LARGEST_BODY) {
                throw new ProblemException(
                        Problem.of(413, "content too large", "the body is larger than " + LARGEST_BODY + " bytes"));
            }
            return bytes;
        } catch (IOException e) {
            throw ProblemException.invalid("the body cannot be read");
        }
    }

    Exchange status(int code) {
        this.status = code;
        return this;
    }

    Exchange result(byte[] bytes, String contentType) {
        this.body = bytes;
        this.type = contentType;
        return this;
    }

    /** Sends the answer, unless a route has written it. */
    void send() throws IOException {
        if (answered) {
            return;
        }
        response.setStatus(status);
        if (body != null) {
            response.setContentType(type);
            response.setContentLength(body.length);
            if (!method().equals("HEAD")) {
                response.getOutputStream().write(body);
            }
        }
    }
}
