package dev.holdfast.examples.e2e.months;

import dev.holdfast.spi.Update;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** How much a store holds, as anybody can read it. */
record Tables(TrackingStore store) {

    long audit() {
        return count(page -> store.audit().list(page));
    }

    List<Update> updates() {
        List<Update> updates = new ArrayList<>();
        count(page -> {
            Page<Update> found =
                    store.updates().list(new UpdateQuery(Set.of(), Optional.empty(), Optional.empty()), page);
            updates.addAll(found.items());
            return found;
        });
        return updates;
    }

    Optional<AuditEntry> oldest() {
        Optional<AuditEntry> oldest = Optional.empty();
        Page<AuditEntry> page = store.audit().list(Page.Request.first(Page.LARGEST));
        while (!page.items().isEmpty()) {
            oldest = Optional.of(page.items().get(page.items().size() - 1));
            if (page.next().isEmpty()) {
                break;
            }
            page = store.audit().list(new Page.Request(page.next(), Page.LARGEST));
        }
        return oldest;
    }

    private static long count(Function<Page.Request, Page<?>> list) {
        long count = 0;
        Optional<String> after = Optional.empty();
        do {
            Page<?> page = list.apply(new Page.Request(after, Page.LARGEST));
            count += page.items().size();
            after = page.next();
        } while (after.isPresent());
        return count;
    }
}
