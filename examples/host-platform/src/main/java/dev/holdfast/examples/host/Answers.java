package dev.holdfast.examples.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the platform's own routes read and answer. */
final class Answers {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int LARGEST_BODY = 64 * 1024;

    private Answers() {}

    static void json(HttpServletResponse response, int status, Object value) throws IOException {
        send(response, status, "application/json", value);
    }

    /** Answers as the page's servlet does: with a problem document (RFC 9457). */
    static void problem(HttpServletResponse response, int status, String reason, String detail) throws IOException {
        send(response, status, "application/problem+json", problem(status, reason, detail));
    }

    static Map<String, Object> problem(int status, String reason, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", reason.replace('-', ' '));
        problem.put("status", status);
        problem.put("detail", detail);
        problem.put("reason", reason);
        return problem;
    }

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass(), e);
        }
    }

    private static void send(HttpServletResponse response, int status, String type, Object value) throws IOException {
        response.setStatus(status);
        response.setContentType(type);
        response.getOutputStream().write(bytes(value));
    }

    static JsonNode body(HttpServletRequest request) throws IOException {
        return MAPPER.readTree(request.getInputStream().readNBytes(LARGEST_BODY));
    }
}
