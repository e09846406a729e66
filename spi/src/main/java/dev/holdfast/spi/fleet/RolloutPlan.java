package dev.holdfast.spi.fleet;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a revision goes through a fleet: ring after ring, until it is everywhere or halts.
 *
 * <p>Text form, parts separated by semicolons: {@code ring labels env=canary soak PT1H; ring 5% soak PT4H; ring rest;
 * halt 20% of 5; at-once 10; patience PT24H}.
 *
 * @param rings in order, from 1 to 20; the last one takes the rest
 * @param halts when it halts; any of them does. Default {@code 20% of 5}
 * @param atOnce how many installs are under way at one time at most, on all nodes together; from 1 to 999,999, default
 *     10
 * @param patience how long a ring waits for members that cannot begin (their window is closed, their place is away),
 *     once one of them has succeeded; they come when they can. At most 90 days, default 24 hours
 */
public record RolloutPlan(List<Ring> rings, List<HaltRule> halts, int atOnce, Duration patience) {

    private static final int MOST = 20;
    private static final int AT_ONCE = 10;
    /** As many digits as the text form has. */
    private static final int MOST_AT_ONCE = 999_999;

    private static final Duration PATIENCE = Duration.ofHours(24);
    private static final Duration LONGEST = Duration.ofDays(90);
    private static final int ALL = 100;

    /** Refuses one that leaves somebody out, or waits for ever. */
    public RolloutPlan {
        rings = List.copyOf(rings);
        halts = halts.isEmpty() ? List.of(HaltRule.share(20, 5)) : List.copyOf(halts);
        if (rings.isEmpty() || rings.size() > MOST || halts.size() > MOST) {
            throw PermanentException.invalid("rollout plan", rings.size() + " rings", "give 1 to " + MOST);
        }
        for (int i = 0; i < rings.size(); i++) {
            boolean isRest = rings.get(i).members() instanceof Ring.Members.Rest;
            if (isRest != (i == rings.size() - 1)) {
                throw PermanentException.invalid(
                        "rollout plan", rings.get(i).toString(), "the last ring is 'rest', and no other");
            }
        }
        if (atOnce < 1 || atOnce > MOST_AT_ONCE || patience.isNegative() || patience.compareTo(LONGEST) > 0) {
            throw PermanentException.invalid(
                    "rollout plan",
                    "at-once " + atOnce + ", patience " + patience,
                    "give 1 to " + MOST_AT_ONCE + ", and zero to 90 days");
        }
    }

    /**
     * Parses the text form.
     *
     * @throws PermanentException if {@code text} is not of that form
     */
    public static RolloutPlan parse(String text) {
        List<Ring> rings = new ArrayList<>();
        List<HaltRule> halts = new ArrayList<>();
        int atOnce = AT_ONCE;
        Duration patience = PATIENCE;
        for (String part : Arrays.stream(text.split(";", -1)).map(String::strip).toList()) {
            int space = part.indexOf(' ');
            String rest = part.substring(space + 1).strip();
            switch (space < 0 ? "" : part.substring(0, space)) {
                case "ring" -> rings.add(Ring.parse(rest));
                case "halt" -> halts.add(HaltRule.parse(rest));
                case "at-once" -> atOnce = number(rest);
                case "patience" -> patience = Text.duration(rest);
                default ->
                    throw PermanentException.invalid(
                            "rollout plan", part, "write ring ..., halt ..., at-once <n> or patience <duration>");
            }
        }
        return new RolloutPlan(rings, halts, atOnce, patience);
    }

    private static int number(String text) {
        if (!text.matches("\\d{1,6}")) {
            throw PermanentException.invalid("at-once", text, "write a number");
        }
        return Integer.parseInt(text);
    }

    /**
     * Returns the ring of each member, counted from 0. Labels decide first; for shares and counts the order is that of
     * a hash of {@code name} and key: the same for every rollout by that name, however many others there are.
     *
     * @param name the name of the plan
     * @param members all members of the rollout, with their labels
     * @param <K> what tells members apart, also by its text: the key of an install, the name of a container
     */
    public <K> Map<K, Integer> assigned(String name, Map<K, Labels> members) {
        Map<K, String> hashes = new HashMap<>();
        members.keySet().forEach(key -> hashes.put(key, hash(name, key)));
        List<K> left = new ArrayList<>(members.keySet());
        left.sort(Comparator.comparing((K key) -> hashes.getOrDefault(key, "")).thenComparing(Object::toString));
        Map<K, Integer> rings = new HashMap<>();
        for (int i = 0; i < this.rings.size(); i++) {
            for (K key : chosen(this.rings.get(i).members(), left, members)) {
                rings.put(key, i);
            }
            left.removeAll(rings.keySet());
        }
        return rings;
    }

    private static <K> List<K> chosen(Ring.Members ring, List<K> left, Map<K, Labels> members) {
        if (ring instanceof Ring.Members.Labelled labelled) {
            return left.stream()
                    .filter(key -> labelled.selector().matches(members.getOrDefault(key, Labels.none())))
                    .toList();
        }
        long most = left.size();
        if (ring instanceof Ring.Members.Share share) {
            most = Math.max(1, (long) members.size() * share.percent() / ALL);
        }
        if (ring instanceof Ring.Members.Count count) {
            most = count.number();
        }
        return left.stream().limit(most).toList();
    }

    private static String hash(String name, Object key) {
        try {
            byte[] text = (name + "\n" + key).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return Stream.of(
                        rings.stream().map(ring -> "ring " + ring),
                        halts.stream().map(rule -> "halt " + rule),
                        Stream.of("at-once " + atOnce, "patience " + patience))
                .flatMap(part -> part)
                .collect(Collectors.joining("; "));
    }
}
