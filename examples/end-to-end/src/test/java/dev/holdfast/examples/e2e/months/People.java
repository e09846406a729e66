package dev.holdfast.examples.e2e.months;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** What people do at their desks: install, decide on updates, try again, roll back, uninstall. */
final class People {

    private static final List<UpdatePolicy> POLICIES = List.of(
            UpdatePolicy.manual(),
            UpdatePolicy.parse("auto:any"),
            UpdatePolicy.parse("auto:minor; cooldown PT24H"),
            UpdatePolicy.parse("auto:any; window mon,wed,fri,sun 02:00 PT9H Europe/Vienna"));

    private final Fleet fleet;
    private final Agenda agenda;
    private final Rounds rounds;
    private final Random random;
    private int acts;

    People(Fleet fleet, Agenda agenda, Rounds rounds, Random random) {
        this.fleet = fleet;
        this.agenda = agenda;
        this.rounds = rounds;
        this.random = random;
    }

    /** Installs everything, and comes to work every day from then on. */
    void begin() {
        Fleet.PLUGINS.forEach(plugin -> fleet.sources().release(plugin, Sources.Quality.GOOD));
        fleet.keys().forEach(this::install);
        workDay();
    }

    private void workDay() {
        agenda.in(Duration.ofDays(1), () -> {
            int before = acts;
            fleet.keys().forEach(this::lookAt);
            if (acts > before) {
                rounds.burst();
            }
            workDay();
        });
    }

    private void lookAt(InstallKey key) {
        if (fleet.onlooker().find(key).isEmpty()) {
            install(key);
            return;
        }
        int drawn = random.nextInt(1000);
        if (drawn < 5) {
            act(key, node -> node.rollback(key, "alice"));
        } else if (drawn < 6) {
            uninstall(key);
        } else if (drawn < 300) {
            latest(key).ifPresent(update -> decide(key, update));
        }
    }

    private Optional<Update> latest(InstallKey key) {
        return fleet.store().updates().list(UpdateQuery.of(key), Page.Request.first(1)).items().stream()
                .findFirst();
    }

    private void decide(InstallKey key, Update update) {
        if (update.status() == UpdateStatus.FAILED && random.nextInt(4) == 0) {
            act(key, node -> node.updates().retry(update.id(), "alice"));
        } else if (update.status() == UpdateStatus.PENDING && random.nextInt(10) == 0) {
            act(key, node -> node.updates().dismiss(update.id(), "alice", "not now"));
        } else if (update.status() == UpdateStatus.PENDING && random.nextInt(3) > 0) {
            act(key, node -> node.updates().apply(update.id(), update.to(), "alice"));
        }
    }

    private void install(InstallKey key) {
        act(
                key,
                node -> node.install(InstallRequest.of(
                                key.workspace(),
                                fleet.sources().source(key.plugin().value()),
                                fleet.places().address(key.workspace()))
                        .track(TrackedRef.latestTag())
                        .policy(POLICIES.get(Math.floorMod(key.hashCode(), POLICIES.size())))
                        .by("alice")));
    }

    private void uninstall(InstallKey key) {
        act(key, node -> node.uninstall(key, "alice"));
    }

    /** Asks any node, unless something is under way there: nobody waits for what is away. */
    private void act(InstallKey key, Consumer<Holdfast> what) {
        if (fleet.open(key).isPresent()) {
            return;
        }
        acts++;
        try {
            fleet.nodes().get(random.nextInt(fleet.nodes().size())).run(what);
        } catch (HoldfastException e) {
            fleet.tally().count("refused or failed calls", 1);
        }
    }
}
