package dev.holdfast.trust;

import dev.holdfast.spi.trust.GitObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A commit or tag, taken apart into what is signed and the signature. Works on bytes: a text in another encoding is
 * signed as it is stored. What git reads in two ways is refused: two signatures, bytes behind one.
 */
final class SignedText {

    private static final String SIGNATURE = "gpgsig";
    private static final Pattern BEGIN =
            Pattern.compile("(?m)^-----BEGIN (PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE|SSH SIGNATURE)-----");
    private static final Pattern WHEN = Pattern.compile(".*> (\\d{1,12}) [+-]\\d{4}");
    private static final int LONGEST = 1024 * 1024;

    private final byte[] payload;
    private final Optional<String> signature;
    private final Map<String, String> headers;

    private SignedText(byte[] payload, Optional<String> signature, Map<String, String> headers) {
        this.payload = payload;
        this.signature = signature;
        this.headers = headers;
    }

    static SignedText of(GitObject object) throws BadSignature {
        byte[] content = object.content();
        if (content.length > LONGEST) {
            throw new BadSignature("the object is longer than " + LONGEST + " bytes");
        }
        return object.kind() == GitObject.Kind.COMMIT ? commit(content) : tag(content);
    }

    /** The signature stands in a header of its own, and all else is signed. */
    private static SignedText commit(byte[] content) throws BadSignature {
        String text = latin(content);
        int end = headerEnd(text);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        List<String> signature = new ArrayList<>();
        Map<String, String> headers = new LinkedHashMap<>();
        int found = 0;
        boolean inside = false;
        for (String line : lines(text.substring(0, end))) {
            boolean continued = line.startsWith(" ");
            if (!continued) {
                String name = name(line);
                inside = name.startsWith(SIGNATURE);
                found += inside ? 1 : 0;
                if (inside && !name.equals(SIGNATURE)) {
                    throw new BadSignature("it is in the form '" + BadSignature.shown(name) + "', which is not read");
                }
                headers.putIfAbsent(name, value(line));
            }
            if (inside) {
                signature.add(
                        continued
                                ? line.substring(1)
                                : line.substring(Math.min(line.length(), SIGNATURE.length() + 1)));
            } else {
                payload.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        if (found > 1) {
            throw new BadSignature("the commit has " + found + " signatures");
        }
        payload.write(content, end, content.length - end);
        return new SignedText(
                payload.toByteArray(),
                found == 0 ? Optional.empty() : Optional.of(String.join("", signature)),
                headers);
    }

    /** The signature is the end of the text, and all before it is signed. */
    private static SignedText tag(byte[] content) throws BadSignature {
        String text = latin(content);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : lines(text.substring(0, headerEnd(text)))) {
            String name = name(line);
            if (headers.putIfAbsent(name, value(line)) != null || name.startsWith(SIGNATURE)) {
                throw new BadSignature(
                        "the tag has the header '" + BadSignature.shown(name) + "' twice, or one not read");
            }
        }
        Matcher begin = BEGIN.matcher(text);
        if (!begin.find()) {
            return new SignedText(content, Optional.empty(), headers);
        }
        int at = begin.start();
        String block = text.substring(at);
        String last = "\n" + begin.group().replace("BEGIN", "END") + "\n";
        if (begin.find()) {
            throw new BadSignature("the tag has more than one signature");
        }
        int end = block.indexOf(last);
        if (end < 0 || end + last.length() != block.length()) {
            throw new BadSignature("its last line is missing, or something stands behind it");
        }
        return new SignedText(text.substring(0, at).getBytes(StandardCharsets.ISO_8859_1), Optional.of(block), headers);
    }

    private static int headerEnd(String text) throws BadSignature {
        int blank = text.indexOf("\n\n");
        int end = blank < 0 ? text.length() : blank + 1;
        if (text.lastIndexOf('\0', end) >= 0) {
            throw new BadSignature("the object has a NUL among its headers");
        }
        return end;
    }

    private static String name(String line) {
        int end = line.indexOf(' ');
        return end < 0 ? line.stripTrailing() : line.substring(0, end);
    }

    private static String value(String line) {
        int space = line.indexOf(' ');
        return space < 0 ? "" : line.substring(space + 1).stripTrailing();
    }

    /** Each with its line end. */
    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            int next = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(from, next));
            from = next;
        }
        return lines;
    }

    private static String latin(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    byte[] payload() {
        return payload;
    }

    Optional<String> signature() {
        return signature;
    }

    /** Returns what stands behind a header, in Latin-1; empty if it is not there. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Returns when it was made, by the word of who made it. */
    Optional<Instant> when() {
        return header("committer")
                .or(() -> header("tagger"))
                .map(WHEN::matcher)
                .filter(Matcher::matches)
                .map(matcher -> Instant.ofEpochSecond(Long.parseLong(matcher.group(1))));
    }
}
