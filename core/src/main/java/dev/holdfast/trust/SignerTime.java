package dev.holdfast.trust;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.regex.Pattern;

/** The times of allowed-signers files: {@code YYYYMMDD}, {@code YYYYMMDDHHMM} or {@code YYYYMMDDHHMMSS}, in UTC. */
final class SignerTime {

    private static final Pattern FORM = Pattern.compile("\\d{8}(\\d{4}(\\d{2})?)?Z?");
    private static final DateTimeFormatter FULL =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withResolverStyle(ResolverStyle.STRICT);

    private SignerTime() {}

    static Instant parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "the time '" + BadSignature.shown(text) + "' is not YYYYMMDD[HHMM[SS]][Z]");
        }
        String digits = text.replace("Z", "");
        try {
            return LocalDateTime.parse(digits + "000000".substring(digits.length() - 8), FULL)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("there is no time '" + BadSignature.shown(text) + "'", e);
        }
    }
}
