// Builds elements. Texts become text nodes, never markup: what bundles, commits and errors say is not ours.

/** Returns an element: el("p", {class: "quiet"}, "text", otherElement). A null child or attribute is left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, String(value));
    }
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

export function label(text, tone = "") {
  return el("span", { class: `label ${tone}` }, text);
}

export function note(tone, ...children) {
  return el("p", { class: `note ${tone}` }, ...children);
}

/** Returns what stands where there is nothing: what that means, and what to do. */
export function empty(title, ...text) {
  return el("div", { class: "empty" }, el("b", {}, title), ...text);
}

/** Returns the head of a view. The title takes the focus when the view is opened, so that screen readers say it. */
export function head(title, { back = null, text = null, actions = [] } = {}) {
  return el(
    "div",
    { class: "head" },
    el(
      "div",
      {},
      back && el("a", { class: "back", href: back.href }, `← ${back.text}`),
      el("h1", { tabindex: "-1" }, title),
      text && el("p", { class: "lead" }, text),
    ),
    actions.length === 0 ? null : el("div", { class: "actions" }, actions),
  );
}

export function section(title, ...children) {
  return el("section", { "aria-label": title }, el("h2", {}, title), ...children);
}

/**
 * Returns a table. Each row is a list of cells, a cell a text, an element, or a list of these; a column without a name holds
 * what can be done. The roles are said because a table that is shown as cards is none to browsers.
 */
export function table(caption, columns, rows) {
  const heads = columns.map((name) => el("th", { scope: "col", role: "columnheader" }, name || el("span", { class: "unseen" }, "Actions")));
  const cells = (row) => row.map((cell, i) => el("td", { role: "cell", class: columns[i] ? null : "end", "data-label": i > 0 && columns[i] ? columns[i] : null }, cell));
  return el(
    "div",
    { class: "sheet" },
    el(
      "table",
      { role: "table" },
      el("caption", { class: "unseen" }, caption),
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads)),
      el("tbody", { role: "rowgroup" }, rows.map((row) => el("tr", { role: "row" }, cells(row)))),
    ),
  );
}

/** Returns a list of facts: [name, value] or [name, value, "wide"]. */
export function facts(...entries) {
  return el(
    "dl",
    { class: "sheet facts" },
    entries.filter(Boolean).map(([name, value, wide]) => el("div", { class: wide }, el("dt", {}, name), el("dd", {}, value))),
  );
}
