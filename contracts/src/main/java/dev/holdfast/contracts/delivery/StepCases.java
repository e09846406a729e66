package dev.holdfast.contracts.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.FileStep.CopyLink;
import dev.holdfast.spi.delivery.FileStep.Exchange;
import dev.holdfast.spi.delivery.FileStep.Expected;
import dev.holdfast.spi.delivery.FileStep.MakeDirectory;
import dev.holdfast.spi.delivery.FileStep.PointLink;
import dev.holdfast.spi.delivery.FileStep.RemoveBelow;
import dev.holdfast.spi.delivery.FileStep.RemoveTree;
import dev.holdfast.spi.delivery.FileStep.Rename;
import dev.holdfast.spi.delivery.FileStep.ReplaceLink;
import dev.holdfast.spi.delivery.FileStep.Require;
import dev.holdfast.spi.delivery.FileStep.RequireNoneAbove;
import dev.holdfast.spi.delivery.FileStep.WriteFile;
import dev.holdfast.spi.delivery.ScriptResult;
import org.junit.jupiter.api.Test;

/** Cases of single steps: what each does, and what each refuses. */
abstract class StepCases extends StateCases {

    @Test
    void makeDirectoryMakesParentsAndMayFindItThere() {
        runs(new MakeDirectory("a/b/c"), new MakeDirectory("a/b/c"), new MakeDirectory("a"));

        assertThat(kind("a/b/c")).isEqualTo("DIRECTORY");
        assertThat(permissions(place, "a/b")).isEqualTo("755");
    }

    @Test
    void makeDirectoryRefusesAFileInItsWay() {
        given(new WriteFile("file", "f"));

        assertThat(refuses(new MakeDirectory("file")).reason()).isEqualTo(Reason.TARGET_FAILED);
        refuses(new MakeDirectory("file/below"));
        assertThat(text("file")).isEqualTo("f");
    }

    @Test
    void writeFileWritesOverAFile() {
        given(new WriteFile("file", "a long first content"));

        runs(new WriteFile("file", "short"), new WriteFile("empty", ""));

        assertThat(text("file")).isEqualTo("short");
        assertThat(text("empty")).isEmpty();
        assertThat(permissions(place, "file")).isEqualTo("644");
    }

    @Test
    void writeFileMakesAnExecutableFilePlain() {
        upload("d", Bundles.builder().executable("file", "x").build());

        runs(new WriteFile("d/file", "y"));

        assertThat(permissions(place, "d/file")).isEqualTo("644");
    }

    @Test
    void writeFileNeverWritesThroughALinkOrIntoADirectory() {
        given(new WriteFile("other", "o"), new PointLink("link", "other"), new PointLink("dangling", "fresh"));
        given(new MakeDirectory("directory"));

        refuses(new WriteFile("link", "x"));
        refuses(new WriteFile("dangling", "x"));
        refuses(new WriteFile("directory", "x"));
        refuses(new WriteFile("absent/file", "x"));
        assertThat(text("other")).isEqualTo("o");
        assertThat(kind("fresh")).isEqualTo("nothing");
    }

    @Test
    void pointLinkRefusesWhateverIsThere() {
        given(new MakeDirectory("directory"), new PointLink("link", "directory"), new WriteFile("file", "f"));

        refuses(new PointLink("directory", "x"));
        refuses(new PointLink("link", "x"));
        refuses(new PointLink("file", "x"));
        refuses(new PointLink("absent/link", "x"));
        assertThat(kind("link")).isEqualTo("LINK to directory");
        assertThat(session.list("directory")).isEmpty();
    }

    @Test
    void copyLinkNamesWhatTheLinkNames() {
        given(new MakeDirectory("via"), new MakeDirectory(".previous"), new PointLink("greeter", ".releases/g/1"));

        runs(new CopyLink("greeter", "../", "via/greeter", ".previous/greeter"));

        assertThat(kind(".previous/greeter")).isEqualTo("LINK to ../.releases/g/1");
        assertThat(kind("greeter")).isEqualTo("LINK to .releases/g/1");
        assertThat(kind("via/greeter")).isEqualTo("nothing");
    }

    @Test
    void copyLinkReplacesTheOlderCopyAlsoWhenThatNamesADirectory() {
        given(new MakeDirectory("via"), new MakeDirectory(".previous"), new MakeDirectory("old"));
        given(new PointLink("greeter", "new"), new PointLink(".previous/greeter", "../old"));

        runs(new CopyLink("greeter", "../", "via/greeter", ".previous/greeter"));

        assertThat(kind(".previous/greeter")).isEqualTo("LINK to ../new");
        assertThat(session.list("old")).isEmpty();
    }

    @Test
    void copyLinkDoesNothingWithoutALink() {
        given(new MakeDirectory("via"), new MakeDirectory(".previous"), new MakeDirectory("directory"));

        runs(
                new CopyLink("absent", "../", "via/greeter", ".previous/greeter"),
                new CopyLink("directory", "../", "via/greeter", ".previous/greeter"));

        assertThat(session.list(".previous")).isEmpty();
        assertThat(session.list("via")).isEmpty();
    }

    /** A prefix before an absolute path would name a place that nobody meant. */
    @Test
    void copyLinkRefusesAnAbsoluteLink() {
        given(new MakeDirectory("via"), new MakeDirectory(".previous"), new PointLink("greeter", "/srv/old"));

        refuses(new CopyLink("greeter", "../", "via/greeter", ".previous/greeter"));

        assertThat(session.list(".previous")).isEmpty();
        assertThat(session.list("via")).isEmpty();
    }

    @Test
    void copyLinkRefusesADirectoryInThePlaceOfTheCopy() {
        given(new MakeDirectory("via"), new MakeDirectory(".previous/greeter"), new PointLink("greeter", "x"));

        refuses(new CopyLink("greeter", "../", "via/greeter", ".previous/greeter"));

        assertThat(session.list(".previous/greeter")).isEmpty();
    }

    @Test
    void renameMovesATreeAFileAndALink() {
        upload("from/tree", Bundles.of("sub/file", "f"));
        given(new WriteFile("from/file", "f"), new PointLink("from/link", "tree"), new MakeDirectory("to"));

        runs(
                new Rename("from/tree", "to/tree"),
                new Rename("from/file", "to/file"),
                new Rename("from/link", "to/link"));

        assertThat(downloaded("to"))
                .hasToString(
                        "{file=file: f, link=link to tree, tree=directory, tree/sub=directory, tree/sub/file=file: f}");
        assertThat(session.list("from")).isEmpty();
    }

    @Test
    void renameRefusesWhateverIsThere() {
        given(new MakeDirectory("from/x"), new MakeDirectory("empty/x"), new MakeDirectory("full/x/y"));
        given(new MakeDirectory("linked"), new PointLink("linked/x", "../full"));
        given(new MakeDirectory("filed"), new WriteFile("filed/x", "f"));

        refuses(new Rename("from/x", "empty/x"));
        refuses(new Rename("from/x", "full/x"));
        refuses(new Rename("from/x", "linked/x"));
        refuses(new Rename("from/x", "filed/x"));

        assertThat(kind("from/x")).isEqualTo("DIRECTORY");
        assertThat(downloaded("full")).containsOnlyKeys("x", "x/y");
    }

    @Test
    void renameIntoAMissingDirectoryFailsAndBecomesNothingElse() {
        given(new MakeDirectory("from/x"));

        refuses(new Rename("from/x", "gone/x"));
        refuses(new Rename("from/absent", "absent"));

        assertThat(kind("gone")).isEqualTo("nothing");
        assertThat(kind("from/x")).isEqualTo("DIRECTORY");
    }

    /** Not every target can; one that cannot says so and leaves both as they are. */
    @Test
    void exchangeChangesBothOrNeither() {
        given(new MakeDirectory("from"), new PointLink("from/x", "one"), new MakeDirectory("x/below"));

        boolean done = run(new Exchange("from/x", "x")) instanceof ScriptResult.Completed;

        assertThat(kind("x")).isEqualTo(done ? "LINK to one" : "DIRECTORY");
        assertThat(kind("from/x")).isEqualTo(done ? "DIRECTORY" : "LINK to one");
        assertThat(kind(done ? "from/x/below" : "x/below")).isEqualTo("DIRECTORY");
        refuses(new Exchange("from/x", "absent/x"));
        refuses(new Exchange("absent/x", "x"));
    }

    /** An operation can be cut off from where a tree was to go by removing a link: nothing behind it is lost. */
    @Test
    void renameGoesThroughALinkToADirectoryAndFailsWithoutIt() {
        upload("tree/x", Bundles.of("file", "f"));
        given(new MakeDirectory("kept"), new PointLink("way", "kept"));

        runs(new Rename("tree/x", "way/x"));

        assertThat(text("kept/x/file")).isEqualTo("f");
        runs(new Rename("way/x", "tree/x"), new RemoveTree("way"));
        refuses(new Rename("tree/x", "way/x"));
        assertThat(text("tree/x/file")).isEqualTo("f");
        assertThat(session.list("kept")).isEmpty();
    }

    @Test
    void replaceLinkPutsALinkOverALinkOrOverNothing() {
        given(new MakeDirectory("one"), new MakeDirectory("two"), new MakeDirectory("flip"));
        given(new PointLink("flip/live", "one"));
        runs(new ReplaceLink("flip/live", "live"));
        assertThat(kind("live")).isEqualTo("LINK to one");

        runs(new PointLink("flip/live", "two"), new ReplaceLink("flip/live", "live"));

        assertThat(kind("live")).isEqualTo("LINK to two");
        assertThat(session.list("one")).isEmpty();
        assertThat(session.list("two")).isEmpty();
        assertThat(session.list("flip")).isEmpty();
    }

    /** Known failure: the move went into the directory and answered success. */
    @Test
    void replaceLinkRefusesADirectoryAndNeverMovesIntoIt() {
        given(new MakeDirectory("flip"), new PointLink("flip/live", "one"), new MakeDirectory("live"));

        refuses(new ReplaceLink("flip/live", "live"));

        assertThat(session.list("live")).isEmpty();
        assertThat(kind("flip/live")).isEqualTo("LINK to one");
    }

    @Test
    void replaceLinkRefusesAFileAndAMissingOrWrongSource() {
        given(new MakeDirectory("flip"), new PointLink("flip/file", "one"), new WriteFile("file", "f"));
        given(new PointLink("gone", "one"), new MakeDirectory("flip/dir"), new PointLink("dir", "one"));

        refuses(new ReplaceLink("flip/file", "file"));
        refuses(new ReplaceLink("flip/gone", "gone"));
        refuses(new ReplaceLink("flip/dir", "dir"));

        assertThat(text("file")).isEqualTo("f");
        assertThat(kind("gone")).isEqualTo("LINK to one");
        assertThat(kind("dir")).isEqualTo("LINK to one");
    }

    @Test
    void removeTreeRemovesWhatIsThereAndOnlyThat() {
        upload(
                "tree",
                Bundles.builder()
                        .file("a/b/c", "x")
                        .file(".hidden", "h")
                        .link("way", "../kept")
                        .build());
        upload("kept", Bundles.of("file", "f"));
        given(new PointLink("link", "kept"), new WriteFile("file", "f"));

        runs(new RemoveTree("tree"), new RemoveTree("link"), new RemoveTree("file"), new RemoveTree("never/was"));

        assertThat(kind("tree")).isEqualTo("nothing");
        assertThat(kind("link")).isEqualTo("nothing");
        assertThat(kind("file")).isEqualTo("nothing");
        assertThat(text("kept/file")).isEqualTo("f");
    }

    @Test
    void requireLooksAtTheEntryItself() {
        given(new WriteFile("file", "f"), new PointLink("link", "file"), new MakeDirectory("directory"));
        given(new PointLink("dangling", "no/such"));

        runs(
                new Require("file", Expected.FILE),
                new Require("link", Expected.LINK),
                new Require("dangling", Expected.LINK),
                new Require("absent", Expected.ABSENT),
                new Require("absent/below", Expected.ABSENT));
        refuses(new Require("link", Expected.FILE));
        refuses(new Require("directory", Expected.FILE));
        refuses(new Require("absent", Expected.FILE));
        refuses(new Require("file", Expected.LINK));
        refuses(new Require("absent", Expected.LINK));
        refuses(new Require("dangling", Expected.ABSENT));
        refuses(new Require("directory", Expected.ABSENT));
    }

    @Test
    void requireNoneAboveComparesNumbersAndNotText() {
        given(new MakeDirectory("fence"), new WriteFile("fence/9", ""), new WriteFile("fence/10", ""));

        runs(new RequireNoneAbove("fence", 10), new RequireNoneAbove("fence", Long.MAX_VALUE));
        runs(new RequireNoneAbove("absent", 0), new MakeDirectory("empty"), new RequireNoneAbove("empty", 0));
        refuses(new RequireNoneAbove("fence", 9));
    }

    @Test
    void requireNoneAboveIgnoresWhatIsNoNumber() {
        given(new MakeDirectory("fence/1a"), new WriteFile("fence/999", ""));
        for (String stray : new String[] {"junk", ".DS_Store", "+2000", "1 2", "2000~", ".2000.swp", "$(x)"}) {
            given(new WriteFile("fence/" + stray, ""));
        }

        runs(new RequireNoneAbove("fence", 1000));
        refuses(new RequireNoneAbove("fence", 998));
    }

    @Test
    void requireNoneAboveRefusesNumbersOfAnySizeAndKind() {
        given(new MakeDirectory("fence"), new WriteFile("fence/99999999999999999999999", ""));
        refuses(new RequireNoneAbove("fence", 1000));
        given(new RemoveTree("fence"), new MakeDirectory("fence"), new PointLink("fence/1001", "no/such"));
        refuses(new RequireNoneAbove("fence", 1000));
    }

    @Test
    void removeBelowRemovesLowerNumbersOnly() {
        given(new MakeDirectory("flip/2/n/deep"), new MakeDirectory("flip/9/n"), new WriteFile("flip/9/other", ""));
        given(new MakeDirectory("flip/10/n"), new MakeDirectory("flip/11/n"), new MakeDirectory("flip/junk/n"));
        given(new MakeDirectory("flip/1a/n"), new MakeDirectory("flip/3"), new PointLink("flip/4", "no/such"));

        runs(new RemoveBelow("flip", 10, "n"), new RemoveBelow("absent", 10, "n"));

        assertThat(downloaded("flip"))
                .containsOnlyKeys(
                        "2", "3", "4", "9", "9/other", "10", "10/n", "11", "11/n", "junk", "junk/n", "1a", "1a/n");
    }

    @Test
    void removeBelowWithoutAChildRemovesTheEntriesThemselves() {
        given(new MakeDirectory("fence/3/below"), new WriteFile("fence/4", ""), new WriteFile("fence/5", ""));
        given(new WriteFile("fence/junk", ""), new PointLink("fence/1", "no/such"));

        runs(new RemoveBelow("fence", 5, ""), new RemoveBelow("absent", 5, ""));

        assertThat(downloaded("fence")).containsOnlyKeys("5", "junk");
    }

    @Test
    void valuesAreDataWhateverTheyHold() {
        String hostile = "a b'c\"d$(touch pwned)`touch pwned`$HOME;&|<>*?[x]{y}~!#%s ü日🙂";
        String name = "n".repeat(100);
        given(new MakeDirectory(hostile + "/" + name), new MakeDirectory("to/" + hostile), new MakeDirectory("via"));

        runs(
                new WriteFile(hostile + "/f", hostile + "\n\\n\\0%d\n"),
                new PointLink(hostile + "/l", "-" + hostile),
                new Rename(hostile + "/f", "to/" + hostile + "/f"),
                new CopyLink(hostile + "/l", hostile, "via/l", "l"),
                new Require(hostile + "/" + name + "/x", Expected.ABSENT),
                new Rename(hostile + "/" + name, "via/" + name));

        assertThat(text("to/" + hostile + "/f")).isEqualTo(hostile + "\n\\n\\0%d\n");
        assertThat(kind(hostile + "/l")).isEqualTo("LINK to -" + hostile);
        assertThat(kind("l")).isEqualTo("LINK to " + hostile + "-" + hostile);
        assertThat(kind("via/" + name)).isEqualTo("DIRECTORY");
        assertThat(kind("pwned")).isEqualTo("nothing");
    }

    @Test
    void aScriptStopsAtItsFirstFailureAndSaysWhichItWas() {
        ScriptResult result = run(
                new MakeDirectory("a"),
                new WriteFile("b", "b"),
                new Require("c", Expected.FILE),
                new RemoveTree("a"),
                new Require("d", Expected.FILE));

        assertThat(result).isInstanceOfSatisfying(ScriptResult.Failed.class, failed -> {
            assertThat(failed.step()).isEqualTo(2);
            assertThat(failed.reason()).isEqualTo(Reason.TARGET_FAILED);
        });
        assertThat(kind("a")).isEqualTo("DIRECTORY");
        assertThat(text("b")).isEqualTo("b");
    }

    @Test
    void aScriptOfManyStepsIsOneScript() {
        FileStep[] steps = new FileStep[100];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = new MakeDirectory("many/" + i);
        }

        runs(steps);

        assertThat(session.list("many")).hasSize(100);
    }
}
