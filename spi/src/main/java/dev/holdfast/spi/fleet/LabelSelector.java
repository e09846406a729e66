package dev.holdfast.spi.fleet;

import dev.holdfast.spi.PermanentException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Chooses by labels, as Kubernetes' selectors do: {@code env=prod} (has that value), {@code env!=prod} (has another or
 * none), {@code gpu} (has that key), {@code !gpu} (has it not). Commas mean <i>and</i>.
 *
 * @param terms all must hold; from 1 to 16
 */
public record LabelSelector(List<Term> terms) {

    private static final int MOST = 16;

    /** How a term compares. */
    public enum Test {
        /** The label has that value. */
        EQUALS,
        /** The label has another value, or is missing. */
        DIFFERS,
        /** The label is there. */
        EXISTS,
        /** The label is missing. */
        ABSENT
    }

    /**
     * One condition.
     *
     * @param key the label
     * @param test how it compares
     * @param value with what; empty for {@link Test#EXISTS} and {@link Test#ABSENT}
     */
    public record Term(String key, Test test, String value) {

        /** Checks the label. */
        public Term {
            Labels.checkKey(key);
            Labels.checkValue(value);
        }

        boolean holds(Labels labels) {
            String found = labels.values().get(key);
            return switch (test) {
                case EQUALS -> value.equals(found);
                case DIFFERS -> !value.equals(found);
                case EXISTS -> found != null;
                case ABSENT -> found == null;
            };
        }

        @Override
        public String toString() {
            return switch (test) {
                case EQUALS -> key + "=" + value;
                case DIFFERS -> key + "!=" + value;
                case EXISTS -> key;
                case ABSENT -> "!" + key;
            };
        }
    }

    /** Refuses none, and too many. */
    public LabelSelector {
        terms = List.copyOf(terms);
        if (terms.isEmpty() || terms.size() > MOST) {
            throw PermanentException.invalid("label selector", terms.size() + " terms", "give 1 to " + MOST);
        }
    }

    /**
     * Parses the text form.
     *
     * @throws PermanentException if {@code text} is not of that form
     */
    public static LabelSelector parse(String text) {
        return new LabelSelector(Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(LabelSelector::term)
                .toList());
    }

    private static Term term(String text) {
        int differs = text.indexOf("!=");
        int equals = text.indexOf('=');
        if (differs > 0) {
            return new Term(text.substring(0, differs), Test.DIFFERS, text.substring(differs + 2));
        }
        if (equals > 0) {
            return new Term(text.substring(0, equals), Test.EQUALS, text.substring(equals + 1));
        }
        return text.startsWith("!") ? new Term(text.substring(1), Test.ABSENT, "") : new Term(text, Test.EXISTS, "");
    }

    /** Returns whether all terms hold. */
    public boolean matches(Labels labels) {
        return terms.stream().allMatch(term -> term.holds(labels));
    }

    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(","));
    }
}
