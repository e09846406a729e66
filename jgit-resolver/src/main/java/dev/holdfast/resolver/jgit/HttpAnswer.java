package dev.holdfast.resolver.jgit;

import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Locale;

/** A good answer to one request, from the server or from memory. */
record HttpAnswer(int status, HttpHeaders headers, InputStream body) {

    /**
     * Returns the media type of an answer as RFC 9110 compares it: without parameters, in lower case; empty without
     * one.
     */
    static String mediaType(HttpHeaders headers) {
        String type = headers.firstValue("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    static HttpAnswer of(HttpResponse<?> response, InputStream body) {
        return new HttpAnswer(response.statusCode(), response.headers(), body);
    }
}
