package dev.holdfast.examples.host;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds of every view: names, ids, headings, contrast, and that nothing is wider than the window. */
final class PageRules {

    private static final String NAMES = """
            return [...document.querySelectorAll('a, button, input, select, [role=button]')]
                .filter(e => e.checkVisibility()
                    && !(e.ariaLabel || e.innerText?.trim() || e.labels?.length))
                .map(e => e.outerHTML).join(' ')
            """;

    private static final String STRUCTURE = """
            const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
            const faults = ids.filter((id, i) => ids.indexOf(id) !== i).map(id => 'id twice: ' + id);
            if (document.querySelectorAll('main h1').length !== 1) faults.push('not one h1');
            let level = 1;
            for (const h of document.querySelectorAll('main h1, main h2, main h3, main h4')) {
                const now = Number(h.tagName[1]);
                if (now > level + 1) faults.push('heading skips a level: ' + h.innerText);
                level = now;
            }
            for (const e of document.querySelectorAll('img:not([alt]), table:not(:has(caption)), [tabindex]')) {
                if (!e.hasAttribute('tabindex') || Number(e.getAttribute('tabindex')) > 0) faults.push(e.outerHTML.slice(0, 120));
            }
            return faults.join('; ')
            """;

    private static final String CONTRAST = """
            const rgb = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
            const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
                .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const ground = e => {
                for (; e; e = e.parentElement) {
                    const c = rgb(getComputedStyle(e).backgroundColor);
                    if (c.length === 3 || c[3] === 1) return c;
                }
                return [255, 255, 255];
            };
            return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('.unseen, .skip, [disabled]')
                    && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
                .map(e => {
                    const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e));
                    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e];
                })
                .filter(([ratio]) => ratio < 4.5)
                .map(([ratio, e]) => ratio.toFixed(2) + ' ' + e.innerText.slice(0, 40)).slice(0, 10).join('; ')
            """;

    private static final String WIDTH = """
            return [...document.querySelectorAll('main, main *')].filter(e => e.checkVisibility() && !e.closest('thead, .key, .unseen')
                    && e.getBoundingClientRect().right > innerWidth + 1)
                .map(e => e.outerHTML.slice(0, 120)).slice(0, 5).join(' ')
            """;

    private PageRules() {}

    static void check(Browser browser, String what) {
        // Colours change in a moment, not at once.
        browser.await(
                "nothing moves",
                () -> browser.run("return document.getAnimations().every(a =>"
                                + " a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)")
                        .asBoolean());
        assertThat(browser.run(NAMES).asText())
                .as(what + ": controls have names")
                .isEmpty();
        assertThat(browser.run(STRUCTURE).asText()).as(what + ": structure").isEmpty();
        assertThat(browser.run(CONTRAST).asText())
                .as(what + ": contrast of text")
                .isEmpty();
        assertThat(browser.run(WIDTH).asText())
                .as(what + ": fits into the window")
                .isEmpty();
    }
}
