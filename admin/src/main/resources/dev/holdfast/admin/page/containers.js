// What the engine runs, and whose it is.
import { all, get } from "./api.js";
import { el, empty, head, label, section, table } from "./dom.js";
import { count, phrase, time } from "./words.js";

export const hears = ["containers-indexed", "images-checked", "indexing-failed"];

const TONES = { running: "good", failed: "bad", missing: "bad", restarting: "warn", paused: "warn" };

function row(container) {
  const exit = container.exitCode === null ? "" : `, exit ${container.exitCode}`;
  return [
    [el("div", { class: "title" }, container.name), el("code", { class: "quiet", title: container.containerId }, container.containerId.slice(0, 12))],
    [container.workload, el("div", { class: "quiet" }, `${container.role} · ${container.replica}`)],
    [label(`${phrase(container.state)}${exit}`, TONES[container.state])],
    [el("code", {}, container.image), el("div", { class: "quiet" }, container.ports.join(", "))],
    time(container.changedAt),
  ];
}

function image(one) {
  return [
    el("code", {}, one.image),
    [label(phrase(one.outcome), one.outcome === "failed" ? "bad" : ""), el("div", { class: "quiet" }, one.detail)],
    count(one.containers, "container"),
    one.digest ? el("code", { title: one.digest }, one.digest.slice(0, 19)) : "unknown",
  ];
}

export async function show() {
  const [containers, images] = await Promise.all([all("/admin/containers"), get("/admin/images")]);
  return {
    title: "Containers",
    content: [
      head("Containers", { text: `${count(containers.length, "container")} of this platform's workspaces, as the engine has them.` }),
      containers.length > 0
        ? table("Containers", ["Container", "Workspace", "State", "Image", "Changed"], containers.map(row))
        : empty("No container is indexed", "Start the platform with --docker, and label containers dev.holdfast.workload=<workspace>."),
      images.length > 0 ? section("Watched images", table("Watched images", ["Image", "Outcome", "Run by", "Digest"], images.map(image))) : null,
    ].filter(Boolean),
  };
}
