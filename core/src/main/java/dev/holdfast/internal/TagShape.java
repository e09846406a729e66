package dev.holdfast.internal;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TagPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a tag looks like, whether or not it is a version: the numbers of its longest run of numbers with dots between
 * them. For messages only: nothing is ever chosen by it.
 *
 * @param numbers none for a tag without digits
 */
record TagShape(List<Long> numbers) implements Comparable<TagShape> {

    private static final Pattern RUN = Pattern.compile("[0-9]{1,18}(?:\\.[0-9]{1,18})*");

    static TagShape of(String tag) {
        List<Long> numbers = new ArrayList<>();
        MatchResult run = longest(tag);
        if (run != null) {
            for (String number : run.group().split("\\.", -1)) {
                numbers.add(Long.valueOf(number));
            }
        }
        return new TagShape(numbers);
    }

    /** Returns the pattern of tags that differ from {@code tag} in those numbers only. */
    static Optional<TagPattern> pattern(String tag) {
        MatchResult run = longest(tag);
        if (run == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TagPattern(tag.substring(0, run.start()) + "*" + tag.substring(run.end())));
        } catch (PermanentException e) {
            return Optional.empty(); // a tag's name may hold what a pattern may not
        }
    }

    private static @Nullable MatchResult longest(String tag) {
        MatchResult best = null;
        int dots = -1;
        for (Matcher run = RUN.matcher(tag); run.find(); ) {
            int found = run.group().split("\\.", -1).length;
            if (found >= dots) {
                dots = found;
                best = run.toMatchResult();
            }
        }
        return best;
    }

    @Override
    public int compareTo(TagShape other) {
        for (int i = 0; i < Math.min(numbers.size(), other.numbers.size()); i++) {
            int order = Long.compare(numbers.get(i), other.numbers.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(numbers.size(), other.numbers.size());
    }
}
