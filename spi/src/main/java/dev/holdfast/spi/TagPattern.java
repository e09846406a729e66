package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which tags are versions of a plugin, and where in such a tag the version stands.
 *
 * <p>The text is a tag's name in which one {@code *} stands for the version: {@code greeter--v*}, {@code pkg@*},
 * {@code plugins/greeter/v*}, {@code v*.Final}, {@code *}. A tag that does not begin and end as the pattern does
 * belongs to something else and plays no part.
 *
 * <p>What {@code *} stands for is, after a {@code v} or nothing: one to six numbers with dots between them, with
 * leading zeros or without; then perhaps {@code -} and a pre-release, then perhaps {@code +} and build metadata, as
 * semantic versioning writes them. So two-part, four-part and calendar versions count. A suffix such as {@code .Final}
 * is part of the pattern.
 *
 * <p>Versions are ordered by their numbers from the left, where a missing one is 0; then a pre-release comes before its
 * release; then by the parts of the pre-release and then of the build metadata, numbers as numbers and before words;
 * then by the tag's name.
 *
 * @param text the pattern, of at most 200 characters, without parentheses
 */
public record TagPattern(String text) {

    private static final Pattern GRAMMAR = Pattern.compile("[^*()]*\\*[^*()]*");
    private static final int LONGEST = 200;

    /** Refuses text that is no tag's name with one {@code *} in it. */
    public TagPattern {
        String rule = "write a tag's name with one * for the version, such as greeter--v*, of at most 200 characters";
        Text.matching(GRAMMAR, "tag pattern", text, rule);
        if (text.length() > LONGEST) {
            throw PermanentException.invalid("tag pattern", text, rule);
        }
        RefGrammar.check("tag pattern", text.replace('*', '1'));
    }

    /** Returns what stands for the {@code *} in {@code tag}; empty if it is no tag of this form. */
    public Optional<String> versionIn(String tag) {
        int star = text.indexOf('*');
        String before = text.substring(0, star);
        String after = text.substring(star + 1);
        boolean matches =
                tag.length() > before.length() + after.length() && tag.startsWith(before) && tag.endsWith(after);
        return matches ? Optional.of(tag.substring(before.length(), tag.length() - after.length())) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
