package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.audit.AuditTrail;
import dev.holdfast.contracts.store.WebhookReceiver.Received;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.WebhookStore.WebhookStatus;
import dev.holdfast.testkit.FaultyStore;
import dev.holdfast.webhook.Webhook;
import dev.holdfast.webhook.Webhooks;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The promises about webhooks, as tests of the deliverer over the store under test and a receiver on this machine:
 * signed, in order, at least once, and nothing lost without a word.
 */
public abstract class WebhookLifeContract extends WebhookFixture {

    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(15);

    /** For subclasses. */
    protected WebhookLifeContract() {}

    @Test
    void whatHappensIsToldInOrderAndSigned() {
        installed(GREETER, origin(MAIN), A);
        swept(MAIN, B);
        uninstalled(GREETER);

        node("node-1").deliver();

        assertThat(receiver.types()).containsExactly("install.succeeded", "update-queued", "uninstall.succeeded");
        assertThat(receiver.all()).hasSize(3).extracting(Received::id).doesNotHaveDuplicates();
        assertThat(receiver.taken().get(1).body())
                .contains("\"specversion\":\"1.0\"", "\"subject\":\"ws-1/greeter\"", "\"source\":\"/holdfast\"")
                .contains("\"to\":\"" + B.value() + "\"", "\"outcome\":\"upstream moved to v2.0.0\"");
        assertThat(status()).returns(0L, WebhookStatus::waiting).returns(0, WebhookStatus::failures);
    }

    @Test
    void whatWasToldIsNotToldAgain() {
        installed(GREETER, origin(MAIN), A);
        node("node-1").deliver();

        node("node-1").deliver();
        node("node-2").deliver();

        assertThat(receiver.all()).hasSize(1);
    }

    @Test
    void aReceiverThatIsDownForADayMissesNothing() throws IOException {
        List<String> expected = new ArrayList<>();
        Webhooks node = node("node-1");
        receiver.answers(IntStream.range(0, 96).mapToObj(i -> 503).toArray(Integer[]::new));
        for (int i = 0; i < 96; i++) {
            installed(key(i), origin(MAIN), A);
            expected.add("ws-" + i + "/greeter");
            node.deliver();
            clock.advance(LONGEST_BACKOFF);
        }
        assertThat(receiver.taken()).isEmpty();
        assertThat(status().failures()).isEqualTo(96);
        assertThat(node.problems()).singleElement().asString().contains("failed 96 times", "503", "96 events wait");

        node.deliver();

        assertThat(receiver.taken())
                .extracting(one -> one.body().replaceFirst(".*\"subject\":\"([^\"]+)\".*", "$1"))
                .containsExactlyElementsOf(expected);
        assertThat(node.problems()).isEmpty();
    }

    @Test
    void whileItIsDownItIsAskedLaterAndLaterButNeverRarely() {
        installed(GREETER, origin(MAIN), A);
        receiver.close();
        Webhooks node = node("node-1");

        node.deliver();
        assertThat(status().dueAt()).isBetween(clock.instant(), clock.instant().plusSeconds(5));
        for (int i = 0; i < 12; i++) {
            clock.advance(LONGEST_BACKOFF);
            node.deliver();
        }

        assertThat(status())
                .returns(13, WebhookStatus::failures)
                .satisfies(known -> assertThat(known.lastError().orElseThrow()).contains("cannot be reached"))
                .satisfies(known -> assertThat(known.dueAt())
                        .isBetween(
                                clock.instant().plus(LONGEST_BACKOFF.dividedBy(2)),
                                clock.instant().plus(LONGEST_BACKOFF)));
    }

    @Test
    void nothingOvertakesWhatIsRefused() {
        installed(key(1), origin(MAIN), A);
        installed(key(2), origin(MAIN), A);
        receiver.answers(500);

        node("node-1").deliver();

        assertThat(receiver.all()).hasSize(1);
        clock.advance(LONGEST_BACKOFF);
        node("node-2").deliver();
        assertThat(receiver.all()).hasSize(3);
        assertThat(receiver.all().get(1).id()).isEqualTo(receiver.all().get(0).id());
        assertThat(receiver.all().get(1).body()).isEqualTo(receiver.all().get(0).body());
    }

    @Test
    void aReceiverThatIsSlowIsGivenUpAndTriedAgain() {
        installed(GREETER, origin(MAIN), A);
        receiver.hang();

        node("node-1").deliver();

        assertThat(status().lastError()).contains("the receiver did not answer within 1 s");
        receiver.release();
        clock.advance(LONGEST_BACKOFF);
        node("node-1").deliver();
        assertThat(receiver.types()).endsWith("install.succeeded");
        assertThat(status().waiting()).isZero();
    }

    @Test
    void oneThatSaysThatItIsGoneIsLeftAloneUntilAPersonResumesIt() {
        installed(GREETER, origin(MAIN), A);
        receiver.answers(410);
        Webhooks node = node("node-1");

        node.deliver();
        clock.advance(Duration.ofDays(30));
        node.deliver();

        assertThat(receiver.all()).hasSize(1);
        assertThat(node.problems()).singleElement().asString().contains("is suspended", "410", "1 events wait");
        assertThat(node.resume(NAME, "alice")).isTrue();
        node.deliver();
        assertThat(receiver.types()).containsExactly("install.succeeded", "webhook-resumed");
    }

    @Test
    void redirectsAreNotFollowed() {
        installed(GREETER, origin(MAIN), A);
        receiver.answers(302);

        node("node-1").deliver();

        assertThat(receiver.all()).hasSize(1);
        assertThat(status().lastError().orElseThrow()).contains("302", "redirects are not followed");
    }

    @Test
    void oneThatAsksForTimeIsGivenIt() {
        installed(GREETER, origin(MAIN), A);
        receiver.answers(429);

        node("node-1").deliver();

        assertThat(status().dueAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(30)));
    }

    @Test
    void itMayAlsoSayByDateWhenToTryAgain() {
        installed(GREETER, origin(MAIN), A);
        receiver.answers(429);
        Instant until = clock.instant().plus(Duration.ofMinutes(40)).truncatedTo(ChronoUnit.SECONDS);
        receiver.retryAfter(DateTimeFormatter.RFC_1123_DATE_TIME.format(until.atOffset(ZoneOffset.UTC)));

        node("node-1").deliver();

        assertThat(status().dueAt()).isBetween(until.minusSeconds(2), until.plusSeconds(2));
    }

    /** A node that dies between the answer and its note has told what the next one tells again. */
    @Test
    void aNodeThatDiesBeforeItNotesWhatWasTakenHasItToldAgainUnderTheSameId() {
        installed(GREETER, origin(MAIN), A);
        FaultyStore dying = FaultyStore.around(store);
        dying.failNext("delivered", new TransientException(Reason.STORE, "the node died"));
        Webhooks first = node("node-1", dying, webhook());
        assertThatThrownBy(first::deliver).hasMessage("the node died");

        node("node-2").deliver();
        assertThat(receiver.all()).hasSize(1);
        clock.advance(Duration.ofMinutes(2));
        node("node-2").deliver();

        assertThat(receiver.taken()).hasSize(2);
        assertThat(receiver.taken().get(0).id())
                .isEqualTo(receiver.taken().get(1).id());
    }

    @Test
    void ofManyNodesOneTells() throws InterruptedException, ExecutionException {
        List<Webhooks> nodes =
                IntStream.range(0, 4).mapToObj(i -> node("node-" + i)).toList();
        for (int i = 0; i < 20; i++) {
            installed(key(i), origin(MAIN), A);
        }

        List<Webhooks> left = new ArrayList<>(nodes);
        together(4, () -> {
            Webhooks mine;
            synchronized (left) {
                mine = left.remove(0);
            }
            mine.deliver();
            return true;
        });
        node("node-0").deliver();

        assertThat(receiver.all()).hasSize(20).extracting(Received::id).doesNotHaveDuplicates();
    }

    @Test
    void whatWasPrunedBeforeItWasTakenIsToldAsLost() {
        Webhooks node = node("node-1", store, webhook().events("uninstall.*"));
        node.deliver();
        installed(key(1), origin(MAIN), A);
        installed(key(2), origin(MAIN), A);
        receiver.answers(500);
        new AuditTrail(store.auditChain(), event -> {}, clock).seal();
        clock.advance(KEPT.plusDays(1));
        installed(key(3), origin(MAIN), A);
        uninstalled(key(3));
        new AuditTrail(store.auditChain(), event -> {}, clock).seal();
        prune();
        assertThat(node.problems())
                .singleElement()
                .asString()
                .contains("2 events were pruned before webhook 'billing'");

        node.deliver();
        clock.advance(LONGEST_BACKOFF);
        node.deliver();

        assertThat(receiver.types()).containsExactly("events-lost", "uninstall.succeeded");
        assertThat(receiver.taken().get(0).body()).contains("\"first\":1,\"last\":2,\"count\":2");
        assertThat(node.problems()).singleElement().asString().contains("2 events were pruned");
        node.resume(NAME, "alice");
        assertThat(node.problems()).isEmpty();
    }

    @Test
    void whatIsToldAsLostOnceMoreIsTheSameEvent() {
        FaultyStore dying = FaultyStore.around(store);
        Webhooks first = node("node-1", dying, webhook());
        installed(key(1), origin(MAIN), A);
        new AuditTrail(store.auditChain(), event -> {}, clock).seal();
        clock.advance(KEPT.plusDays(1));
        installed(key(2), origin(MAIN), A);
        new AuditTrail(store.auditChain(), event -> {}, clock).seal();
        prune();
        dying.failNext("delivered", new TransientException(Reason.STORE, "the node died"));
        assertThatThrownBy(first::deliver).hasMessage("the node died");
        clock.advance(Duration.ofMinutes(2));

        node("node-2").deliver();

        List<Received> lost = receiver.taken().stream()
                .filter(one -> one.type().equals("events-lost"))
                .toList();
        assertThat(lost).hasSize(2);
        assertThat(lost.get(0).id()).isEqualTo(lost.get(1).id());
        assertThat(lost.get(0).body()).isEqualTo(lost.get(1).body());
    }

    /** The pruner may come between the reading of seals and that of their entries. */
    @Test
    void whatIsPrunedWhileItIsReadIsToldAsLost() {
        installed(GREETER, origin(MAIN), A);
        Webhooks node = node("node-1", withoutEntries(), webhook());

        node.deliver();

        assertThat(receiver.types()).isNotEmpty().containsOnly("events-lost");
        assertThat(node.problems()).singleElement().asString().contains("pruned before webhook 'billing'");
        assertThat(status().waiting()).isZero();
    }

    private TrackingStore withoutEntries() {
        AuditChain chain = (AuditChain) Proxy.newProxyInstance(
                AuditChain.class.getClassLoader(), new Class<?>[] {AuditChain.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(store.auditChain(), arguments);
                    return answer instanceof AuditChain.Stretch read
                            ? new AuditChain.Stretch(read.seals(), List.of())
                            : answer;
                });
        return (TrackingStore) Proxy.newProxyInstance(
                TrackingStore.class.getClassLoader(),
                new Class<?>[] {TrackingStore.class},
                (proxy, method, arguments) ->
                        method.getName().equals("auditChain") ? chain : method.invoke(store, arguments));
    }

    @Test
    void twoSecretsAreSignedWithWhileOneIsChanged() {
        String next = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
        installed(GREETER, origin(MAIN), A);

        node("node-1", store, Webhook.to(NAME, receiver.address(), next).alsoSignedWith(SECRET))
                .deliver();

        assertThat(receiver.types()).containsExactly("install.succeeded");
        assertThat(receiver.all().get(0).signature().split(" ")).hasSize(2);
    }

    @Test
    void aWrongSecretIsAFailureLikeAnyOther() {
        String wrong = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
        installed(GREETER, origin(MAIN), A);

        node("node-1", store, Webhook.to(NAME, receiver.address(), wrong)).deliver();

        assertThat(receiver.taken()).isEmpty();
        assertThat(status().lastError()).contains("the receiver answered 401");
    }

    @Test
    void noSecretIsShown() {
        receiver.answers(500);
        installed(GREETER, origin(MAIN), A);
        Webhooks node = node("node-1");
        for (int i = 0; i < 4; i++) {
            node.deliver();
            clock.advance(LONGEST_BACKOFF);
            receiver.answers(302);
        }
        receiver.close();
        node.deliver();

        assertThat(node.problems() + " " + status() + " " + webhook())
                .contains("billing")
                .doesNotContain("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", WebhookReceiver.SECRET_IN_THE_ADDRESS);
    }
}
