package dev.holdfast.examples.host;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Problem documents for what the server refuses before any servlet is asked: paths that are none, headers that are too
 * long.
 */
final class ServerProblems implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String reason = HttpStatus.getMessage(status).toLowerCase(Locale.ROOT).replace(' ', '-');
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
        byte[] body = Answers.bytes(Answers.problem(status, reason, "the server does not take this request"));
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }
}
