// Who uses which release of an install, as its target says.
import { at, get, post } from "./api.js";
import { ask } from "./ask.js";
import { el, note, section, table } from "./dom.js";
import { attempt } from "./status.js";
import { count, time } from "./words.js";

let read = { of: null, holds: [], unread: [] };

/** Asks the targets of the workspace: only when somebody wants to know. */
export async function askWho(workspace, plugin) {
  await attempt("Asking the target", () => get(at("workspaces", workspace, "holds")), (answer) => {
    read = { of: `${workspace}/${plugin}`, holds: answer.holds.filter((one) => one.plugin === plugin), unread: answer.unread.filter((text) => text.startsWith(`${workspace}/${plugin}: `)) };
    return read.unread[0] ?? (read.holds.length === 0 ? `No reader holds a release of ${plugin}` : `${count(read.holds.length, "reader")} hold${read.holds.length === 1 ? "s" : ""} ${plugin}`);
  });
}

async function end(workspace, one, refresh) {
  const yes = await ask({ title: `Break the hold of ${one.holder}?`, text: "Its release may then be removed while it still reads there. Do it only if that reader is gone.", yes: "Break" });
  if (yes !== null) {
    const { release, holder } = one;
    const broken = await attempt("Breaking the hold", () => post(`${at("workspaces", workspace, "plugins", one.plugin)}/holds/break`, { release, holder }), () => `The hold of ${holder} is broken`);
    if (broken) {
      read.holds = read.holds.filter((other) => other !== one);
    }
    refresh();
  }
}

/** Returns what was read of an install; null if nobody has asked. */
export function readers(workspace, plugin, refresh) {
  if (read.of !== `${workspace}/${plugin}`) {
    return null;
  }
  const row = (one) => [
    el("span", { class: "title" }, one.holder),
    el("code", {}, one.release),
    one.since ? time(one.since) : "unknown",
    count(one.renewedSecondsAgo, "second"),
    el("button", { class: "small decide", "data-key": `break ${one.release} ${one.holder}`, "aria-label": `Break the hold of ${one.holder}`, onclick: () => end(workspace, one, refresh) }, "Break"),
  ];
  return section(
    "Readers",
    read.unread.length > 0 ? note("warn", read.unread.join("; ")) : null,
    read.holds.length > 0 ? table("Who uses which release", ["Reader", "Release", "Since", "Renewed before", ""], read.holds.map(row)) : el("p", { class: "quiet" }, "No reader holds a release."),
  );
}
