package dev.holdfast.contracts.container;

import static dev.holdfast.contracts.container.ContainerStory.composed;
import static dev.holdfast.contracts.container.ContainerStory.key;
import static dev.holdfast.contracts.container.ContainerStory.labelled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.containers.ContainerReport;
import dev.holdfast.containers.RefusedContainer;
import dev.holdfast.containers.RefusedContainer.Why;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.spi.container.Workload;
import org.junit.jupiter.api.Test;

/** The cases about which row a container has, whatever its labels claim. */
abstract class ContainerClaimCases extends ContainerAbsenceCases {

    /** Known failure: replicas collapsed into one row that flapped. */
    @Test
    void defect42EachReplicaOfAComposeServiceHasARowOfItsOwn() {
        for (int number = 1; number <= 3; number++) {
            story.engine.put(composed("id" + number, "shop", "web", number));
        }
        story.engine.put(composed("once", "shop", "web", 1).label("com.docker.compose.oneoff", "True"));

        ContainerReport report = look();

        assertThat(report.refused()).isEmpty();
        assertThat(story.table())
                .containsExactly(
                        entry("shop/web/1", "id1 RUNNING"),
                        entry("shop/web/2", "id2 RUNNING"),
                        entry("shop/web/3", "id3 RUNNING"),
                        entry("shop/web/shop-web-1", "once RUNNING"));
        assertThat(look().changed()).isFalse();
    }

    /** Known failure: so did a blue-green pair. */
    @Test
    void defect42BothHalvesOfABlueGreenPairHaveARow() {
        story.start("blue", "web");
        look();
        story.start("green", "web");
        look();
        story.engine.remove("blue");
        lookAgainAfterTheGrace();

        assertThat(story.table())
                .containsExactly(
                        entry("shop/web/name-blue", "blue MISSING"), entry("shop/web/name-green", "green RUNNING"));
    }

    @Test
    void aContainerThatIsMadeAnewInItsPlaceTakesTheRowOver() {
        story.engine.put(composed("old", "shop", "web", 1));
        look();
        story.engine.remove("old");
        story.engine.put(composed("new", "shop", "web", 1));

        ContainerReport report = look();

        assertThat(report.missing()).isEmpty();
        assertThat(story.table()).containsExactly(entry("shop/web/1", "new RUNNING"));
    }

    @Test
    void containersThatExchangeTheirNamesKeepOneRowEach() {
        story.engine.put(named("old", "web"));
        story.engine.put(named("new", "web_new"));
        look();

        story.engine.put(named("old", "web_old"));
        story.engine.put(named("new", "web"));
        ContainerReport report = look();

        assertThat(report.refused()).isEmpty();
        assertThat(report.dropped()).isEqualTo(1);
        assertThat(story.table())
                .containsExactly(entry("shop/main/web", "new RUNNING"), entry("shop/main/web_old", "old RUNNING"));
    }

    private static ContainerSighting named(String id, String name) {
        return ContainerSighting.running(id, name, "acme/web").label("dev.holdfast.workload", "shop");
    }

    /** Known failure: a forged label with a known id took the real row. */
    @Test
    void defect43AForgedLabelTakesNobodysRow() {
        story.engine.put(labelled("real", "shop", "web").label("dev.holdfast.replica", "1"));
        look();
        story.engine.exit("real", 1);
        story.engine.put(labelled("forged", "shop", "web").label("dev.holdfast.replica", "1"));

        ContainerReport report = look();

        assertThat(report.refused()).extracting(RefusedContainer::why).containsExactly(Why.HELD_BY_ANOTHER);
        assertThat(story.table()).containsExactly(entry("shop/web/1", "real FAILED"));
    }

    /** Known failure: only unknown ids were refused. */
    @Test
    void defect43AMismatchOfOwnerOrKindIsRefusedAndToldOnce() {
        story.know(Workload.of("bank", "agent").ownedBy("acme"));
        story.engine.put(labelled("right", "bank", "web").label("dev.holdfast.owner", "acme"));
        story.engine.put(labelled("silent", "bank", "web"));
        story.engine.put(labelled("forged", "bank", "web").label("dev.holdfast.owner", "mallory"));
        story.engine.put(labelled("kind", "shop", "web").label("dev.holdfast.kind", "agent"));
        story.engine.put(labelled("unknown", "nobodys", "web"));
        story.engine.put(labelled("bad", "shop", "we\nb"));
        story.engine.put(composed("foreign", "shop", "web", 1).label("dev.holdfast.owner", "mallory"));

        ContainerReport report = look();
        look();

        assertThat(report.refused())
                .extracting(RefusedContainer::containerId, RefusedContainer::why)
                .containsExactlyInAnyOrder(
                        tuple("silent", Why.WRONG_OWNER),
                        tuple("forged", Why.WRONG_OWNER),
                        tuple("foreign", Why.WRONG_OWNER),
                        tuple("kind", Why.WRONG_KIND),
                        tuple("unknown", Why.UNKNOWN_WORKLOAD),
                        tuple("bad", Why.BAD_LABEL));
        assertThat(story.heard(HoldfastEvent.ContainerRefused.class)).hasSize(6);
        assertThat(report.indexed()).isEqualTo(1);
        assertThat(story.table()).containsOnlyKeys("bank/web/name-right");
    }

    /** Where the host makes the rows. */
    @Test
    void defect43OfAKindThatTheHostOwnsOnlyItsOwnContainersAreIndexed() {
        story.know(Workload.of("agent-7", "agent"));
        story.hostOwns("agent");
        story.index.register(
                key("agent-7", "main", "a"), "agent", ContainerFacts.created("mine", "mine", "acme/agent"), "route 9");
        story.engine.put(labelled("mine", "agent-7", "whatever"));
        story.engine.put(labelled("forged", "agent-7", "main").label("dev.holdfast.replica", "a"));

        ContainerReport report = look();

        assertThat(report.waiting()).isEqualTo(1);
        assertThat(story.table()).containsExactly(entry("agent-7/main/a", "mine RUNNING"));
        assertThat(story.row("mine").orElseThrow().hostData()).contains("route 9");
    }

    /** Known failure: the host recorded it for one workload, its label says another. */
    @Test
    void defect43AContainerOfOneWorkloadThatClaimsAnotherIsRefused() {
        story.know(Workload.of("blog", "stack"));
        story.index.register(key("blog", "web", "1"), "stack", ContainerFacts.created("aaa", "aaa", "acme/web"), "");
        story.start("aaa", "web");

        ContainerReport report = look();
        story.waitForGrace();

        assertThat(report.refused()).extracting(RefusedContainer::why).containsExactly(Why.HELD_BY_ANOTHER);
        assertThat(lookAgainAfterTheGrace().missing()).as("it exists").isEmpty();
        assertThat(story.table()).containsExactly(entry("blog/web/1", "aaa CREATED"));
    }

    /** Known failure: the first label that matched won even when it led nowhere. */
    @Test
    void defect44ARuleThatLeadsNowherePassesOnToTheNext() {
        story.know(Workload.of("page", "site").site("blog.example.com"));
        ContainerSighting all = composed("all", "shop", "web", 1)
                .label("dev.holdfast.workload", "gone")
                .label("dev.holdfast.site", "gone.example.com");
        story.engine.put(all);
        story.engine.put(composed("site", "shop", "web", 2).label("dev.holdfast.site", "blog.example.com"));
        story.engine.put(composed("first", "gone", "web", 3).label("dev.holdfast.workload", "shop"));

        ContainerReport report = look();

        assertThat(report.refused()).isEmpty();
        assertThat(story.table())
                .containsExactly(
                        entry("page/site/shop-web-2", "site RUNNING"),
                        entry("shop/main/gone-web-3", "first RUNNING"),
                        entry("shop/web/1", "all RUNNING"));
    }
}
