package dev.holdfast.examples.e2e;

import static dev.holdfast.examples.e2e.GitObjects.entry;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Git trees that nobody makes by accident. */
final class HostileTrees {

    private static final String FILE = "100644";
    private static final String TREE = "40000";
    private static final String LINK = "120000";
    private static final String SUBMODULE = "160000";
    private static final String ANY_COMMIT = "1".repeat(40);

    /**
     * One tree.
     *
     * @param name what it is
     * @param reason why it is refused
     * @param says what the message says of it
     * @param tree writes it and returns its id
     */
    record Tree(String name, Reason reason, String says, Function<GitObjects, String> tree) {

        @Override
        public String toString() {
            return "git: " + name;
        }
    }

    private final List<Tree> trees = new ArrayList<>();

    private HostileTrees() {}

    static List<Tree> trees() {
        HostileTrees hostile = new HostileTrees();
        hostile.names();
        hostile.collisions();
        hostile.links();
        hostile.kinds();
        hostile.sizes();
        return hostile.trees;
    }

    /** The same, each in a repository of the place's own disk. */
    static List<HostileCase> onDisk() {
        return trees().stream()
                .map(tree -> HostileCase.of(tree.toString(), tree.reason(), tree.says(), place -> {
                    GitObjects objects = GitObjects.in(place.repository());
                    objects.commit(tree.tree().apply(objects));
                    return Source.parse("git+file://" + place.repository() + "#ref:main");
                }))
                .toList();
    }

    private void names() {
        for (String name : List.of("..", ".", ".git", ".GiT", "git~1", "GIT~1", "../../outside/canary", "/tmp/x", "")) {
            named("entry '" + name + "'", "git itself refuses", name);
        }
        named("git directory with a dot at the end", "refuse", ".git.");
        named("git directory with a space at the end", "refuse", ".git ");
        named("git directory with a stream", "git repository", ".git::$INDEX_ALLOCATION");
        named("git directory of HFS+", "git repository", ".g\u200cit");
        named("git directory in full width", "git repository", "\uff0egit");
        named("newline in a name", "control characters", "a\nfile 0644 x y");
        named("escape of a terminal", "control characters", "a\u001b[2Jb");
        named("escape of the second control block", "control characters", "a\u009b2Jb");
        named("name of 4,096 bytes", "more than 1024 bytes", "x".repeat(4_096));
        named("name of 300 bytes", "more than 255 bytes", "x".repeat(300));
        named("marker", "own marker", ".complete");
        named("marker in capitals", "own marker", ".Complete");
        refused("name in Latin-1", "not UTF-8", git -> {
            byte[] name = "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
            return git.tree(entry(FILE, name, git.blob("x")));
        });
        refused("overlong slash", "not UTF-8", git -> {
            byte[] name = {'.', '.', (byte) 0xc0, (byte) 0xaf, 'x'};
            return git.tree(entry(FILE, name, git.blob("x")));
        });
        refused(
                "git directory below",
                "git itself refuses",
                git -> git.tree(entry(TREE, "vendor", git.tree(entry(FILE, ".git", git.blob("gitdir: /"))))));
    }

    private void collisions() {
        both("file twice", "git itself refuses", FILE, "a", FILE, "a");
        both("file and directory of one name", "git itself refuses", FILE, "a", TREE, "a");
        both("link and directory of one name", "git itself refuses", LINK, "a", TREE, "a");
        both("names out of order", "git itself refuses", FILE, "b", FILE, "a");
        both("names that differ in case", "one name where case", FILE, "README", FILE, "readme");
        both("directories that differ in case", "one name where case", TREE, "Docs", TREE, "docs");
        both("names that differ in Unicode form", "Unicode form", FILE, "cafe\u0301", FILE, "caf\u00e9");
        both("sharp s", "one name where case", FILE, "STRASSE", FILE, "stra\u00dfe");
    }

    private void links() {
        linked("absolute link", "relative links inside", "/etc/passwd");
        linked("link out of the tree", "out of the tree", "../../../outside/canary");
        linked("link that turns back after a name", "out of the tree", "a/../../x");
        linked("empty link", "relative links inside", "");
        linked("link with a NUL", "relative links inside", "a\0b");
        linked("link of 5,000 bytes", "longer than 4096", "a/".repeat(2_500) + "a");
        refused(
                "chain of links",
                "out of the tree",
                git -> git.tree(entry(LINK, "a", git.blob(".")), entry(LINK, "b", git.blob("a/a/../../../x"))));
        refused("link to a name in Latin-1", "not UTF-8", git -> {
            byte[] target = "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
            return git.tree(entry(LINK, "a", git.blob(target)));
        });
    }

    private void kinds() {
        refused("submodule", "is a submodule", git -> git.tree(entry(SUBMODULE, "vendor", ANY_COMMIT)));
        refused("submodule whose address is an option", "is a submodule", git -> {
            String modules = "[submodule \"x\"]\n\tpath = vendor\n\turl = --upload-pack=touch /tmp/x\n";
            return git.tree(entry(FILE, ".gitmodules", git.blob(modules)), entry(SUBMODULE, "vendor", ANY_COMMIT));
        });
        refused("large file pointer", "git-lfs pointer", git -> {
            String pointer =
                    "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a".repeat(64) + "\nsize 12345\n";
            return git.tree(entry(FILE, "model", git.blob(pointer)));
        });
        for (String mode : List.of("20666", "60660", "10644", "140755", "0", "170000", "777777")) {
            refused("mode " + mode, "refuse", git -> git.tree(entry(mode, "a", git.blob("x"))));
        }
    }

    private void sizes() {
        large("bomb of 64 MiB in 64 KiB", "more than the 4194304", git -> {
            String bomb = git.blob(new byte[64 << 20]);
            return git.tree(entry(FILE, "bomb", bomb));
        });
        large("one blob named again and again", "bytes in all", git -> {
            String blob = git.blob(new byte[3 << 20]);
            return git.tree(entry(FILE, "a", blob), entry(FILE, "b", blob), entry(FILE, "c", blob));
        });
        large("a million entries in twenty trees", "more than 2000 entries", git -> {
            String tree = git.tree(entry(FILE, "a", git.blob("x")));
            for (int i = 0; i < 20; i++) {
                tree = git.tree(entry(TREE, "a", tree), entry(TREE, "b", tree));
            }
            return tree;
        });
        large("ten thousand files in one directory", "more than 2000 entries", git -> {
            String blob = git.blob("x");
            byte[][] entries = new byte[10_000][];
            for (int i = 0; i < entries.length; i++) {
                entries[i] = entry(FILE, "f%05d".formatted(i), blob);
            }
            return git.tree(entries);
        });
        refused("5,000 directories deep", "deeper than 64", git -> {
            String tree = git.tree(entry(FILE, "a", git.blob("x")));
            for (int i = 0; i < 5_000; i++) {
                tree = git.tree(entry(TREE, "d", tree));
            }
            return tree;
        });
    }

    private void named(String what, String says, String name) {
        refused(what, says, git -> git.tree(entry(FILE, name, git.blob("x"))));
    }

    private void linked(String what, String says, String target) {
        refused(what, says, git -> git.tree(entry(LINK, "leak", git.blob(target))));
    }

    private void both(String what, String says, String mode, String name, String otherMode, String other) {
        refused(
                what,
                says,
                git -> git.tree(
                        entry(mode, name, content(git, mode)), entry(otherMode, other, content(git, otherMode))));
    }

    private static String content(GitObjects git, String mode) {
        return mode.equals(TREE) ? git.tree(entry(FILE, "x", git.blob("x"))) : git.blob("x");
    }

    private void refused(String name, String says, Function<GitObjects, String> tree) {
        trees.add(new Tree(name, Reason.BUNDLE_REFUSED, says, tree));
    }

    private void large(String name, String says, Function<GitObjects, String> tree) {
        trees.add(new Tree(name, Reason.TOO_LARGE, says, tree));
    }
}
