package dev.holdfast.internal;

import dev.holdfast.spi.store.Page;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first page alone, where a caller asked for a plain list. */
public final class FirstPage {

    private static final Logger LOG = LoggerFactory.getLogger(FirstPage.class);

    private FirstPage() {}

    /** Returns the page's items; says so if more follow, since a list cannot. */
    public static <T> List<T> of(String what, Page<T> page) {
        if (page.next().isPresent()) {
            LOG.warn("only the first {} {} were listed, and more follow; ask for them by page", Page.LARGEST, what);
        }
        return page.items();
    }
}
