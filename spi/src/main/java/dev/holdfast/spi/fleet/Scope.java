package dev.holdfast.spi.fleet;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;

/**
 * Which installs something is about. Text form: {@code fleet}, {@code labels env=prod}, {@code install ws-42/greeter}.
 */
public sealed interface Scope {

    /** All installs. */
    record Fleet() implements Scope {

        @Override
        public String toString() {
            return "fleet";
        }
    }

    /**
     * Installs by the labels of theirs and of their workspaces.
     *
     * @param selector which labels
     */
    record Labelled(LabelSelector selector) implements Scope {

        @Override
        public String toString() {
            return "labels " + selector;
        }
    }

    /**
     * One install, whether it exists yet or not.
     *
     * @param key which one
     */
    record One(InstallKey key) implements Scope {

        @Override
        public String toString() {
            return "install " + key;
        }
    }

    /** Returns the scope of all installs. */
    static Scope fleet() {
        return new Fleet();
    }

    /** Returns the scope of those that {@code selector} chooses. */
    static Scope labels(String selector) {
        return new Labelled(LabelSelector.parse(selector));
    }

    /** Returns the scope of one install. */
    static Scope install(InstallKey key) {
        return new One(key);
    }

    /**
     * Parses the text form.
     *
     * @throws PermanentException if {@code text} is not of that form
     */
    static Scope parse(String text) {
        if (text.equals("fleet")) {
            return fleet();
        }
        if (text.startsWith("labels ")) {
            return labels(text.substring("labels ".length()).strip());
        }
        int slash = text.lastIndexOf('/');
        if (text.startsWith("install ") && slash > 0) {
            return install(
                    InstallKey.of(text.substring("install ".length(), slash).strip(), text.substring(slash + 1)));
        }
        throw PermanentException.invalid(
                "scope", text, "write fleet, labels <key>=<value>, or install <workspace>/<plugin>");
    }

    /** Returns whether an install with these labels is in it. */
    default boolean covers(InstallKey key, Labels labels) {
        if (this instanceof Labelled labelled) {
            return labelled.selector().matches(labels);
        }
        return !(this instanceof One one) || one.key().equals(key);
    }
}
