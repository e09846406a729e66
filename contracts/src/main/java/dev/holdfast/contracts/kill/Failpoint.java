package dev.holdfast.contracts.kill;

/**
 * One moment of an operation at which a process can die.
 *
 * @param number its place in the order of the operation, from 1
 * @param name what was done last or comes next, without anything that differs between two runs
 */
public record Failpoint(int number, String name) {

    /** Returns the name without numbers and paths: what kind of moment it is. */
    public String kind() {
        return name.replaceAll(" \\d+\\b", "").replaceAll("^(before (stat|list|read)) .*", "$1");
    }

    @Override
    public String toString() {
        return "%03d %s".formatted(number, name);
    }
}
