// One decision about many updates: in parts, so that no request takes long, with an answer for each.
import { post } from "./api.js";
import { ask } from "./ask.js";
import { outcome, selected } from "./queue.js";
import { done, failed, working } from "./status.js";
import { count } from "./words.js";

const PART = 25;
const GOOD = { apply: ["applied", "already-applied"], dismiss: ["dismissed"] };
const WORDS = { apply: ["Applying", "applied"], dismiss: ["Dismissing", "dismissed"] };

let running = null;

/** Counts the answers as they come. */
export function hear(name, data) {
  if (name === "answered" && running?.ids.delete(data.id)) {
    running.ended++;
    working(`${running.word} ${running.ended} of ${running.all}`, running.ended / running.all);
  }
}

async function decide(what, items, note) {
  const answers = [];
  running = { word: WORDS[what][0], ids: new Set(items.map((item) => item.update.id)), ended: 0, all: items.length };
  working(`${running.word} 0 of ${items.length}`, 0);
  try {
    for (let i = 0; i < items.length; i += PART) {
      const updates = items.slice(i, i + PART).map(({ update }) => ({ id: update.id, revision: update.to }));
      answers.push(...(await post(`/admin/plugin-updates/${what}`, { updates, note })));
    }
  } finally {
    running = null;
  }
  return answers;
}

/** Asks, decides, and says what became of it. */
export async function decideOn(what, items, name, refresh) {
  const places = count(items.length, "workspace");
  const note = await ask(
    what === "apply"
      ? { title: `Apply ${name}?`, text: `Exactly the revisions in this list become live in ${places}.`, yes: `Apply to ${items.length}` }
      : { title: `Dismiss ${name}?`, text: `They are not offered again in ${places}. A newer release is.`, field: "Why, for the record (may stay empty)", yes: `Dismiss ${items.length}` },
  );
  if (note === null) {
    return;
  }
  try {
    const answers = await decide(what, items, note);
    const good = answers.filter((answer) => GOOD[what].includes(answer.outcome));
    const places = new Map(items.map(({ update }) => [update.id, update.workspace ?? update.image]));
    outcome.failures = answers.filter((answer) => !good.includes(answer)).map((answer) => ({ where: places.get(answer.id), why: answer.detail ?? answer.outcome }));
    selected.clear();
    const said = `${good.length} of ${items.length} ${WORDS[what][1]}`;
    outcome.failures.length === 0 ? done(said) : failed(`${said}; the others are listed above`);
  } catch (problem) {
    failed(`Not all were decided on: ${problem.message}`);
  }
  refresh();
}
