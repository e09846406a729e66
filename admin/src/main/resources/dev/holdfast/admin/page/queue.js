// What waits, chosen and put together: filters, groups, and what is selected. It outlives the view, so that nothing is lost
// when something happens.

export const filters = { text: "", workspace: "", plugin: "", source: "", status: "", label: "" };
export const selected = new Map();
export const opened = new Set();
export const outcome = { failures: [] };

let grouped = null;

/** Many updates are shown in groups until somebody says otherwise. */
export const isGrouped = (items) => grouped ?? items.length > 30;
export const group = (yes) => (grouped = yes);

export const nameOf = (item) => item.update.plugin ?? item.update.image;
export const labelsOf = (item) => Object.entries(item.labels).map(([key, value]) => `${key}=${value}`);
export const releaseOf = (item) => item.update.version ?? item.update.to.slice(0, 10);

const asked = {
  workspace: (item) => item.update.workspace,
  plugin: nameOf,
  source: (item) => item.source,
  status: (item) => item.update.status,
};

/** Returns what can be chosen in a filter. */
export function choices(items, name) {
  const all = name === "label" ? items.flatMap(labelsOf) : items.map(asked[name]);
  return [...new Set(all.filter(Boolean))].sort();
}

function fits(item) {
  const words = [nameOf(item), item.update.workspace, item.source, releaseOf(item), ...labelsOf(item)].join(" ").toLowerCase();
  return (
    filters.text.toLowerCase().split(/\s+/).every((word) => words.includes(word)) &&
    Object.entries(asked).every(([name, of]) => !filters[name] || of(item) === filters[name]) &&
    (!filters.label || labelsOf(item).includes(filters.label))
  );
}

export const chosen = (items) => items.filter(fits);

/** Puts together what is one release of one plugin. */
export function groups(items) {
  const all = new Map();
  for (const item of items) {
    const key = [item.source ?? "", nameOf(item), item.update.to].join("\n");
    all.has(key) ? all.get(key).push(item) : all.set(key, [item]);
  }
  return [...all].map(([key, members]) => ({ key, members }));
}

/** Only what waits can be decided on. */
export const waiting = (items) => items.filter((item) => item.update.status === "pending");

export function select(items, yes) {
  for (const { update } of waiting(items)) {
    yes ? selected.set(update.id, update.to) : selected.delete(update.id);
  }
}

/** Forgets what was selected and does not wait any more, or is another revision by now. */
export function tidy(items) {
  const now = new Map(waiting(items).map(({ update }) => [update.id, update.to]));
  for (const [id, revision] of selected) {
    if (now.get(id) !== revision) {
      selected.delete(id);
    }
  }
}
