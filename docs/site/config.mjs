// How VitePress makes the site; docs/site/build copies this beside the pages.
import { readFileSync } from "node:fs";
import { groups } from "./pages.mjs";

const { titles, decisions } = JSON.parse(readFileSync(new URL("../titles.json", import.meta.url), "utf8"));
const link = (path) => `/${path === "README.md" ? "" : path.replace(/\.md$/, "")}`;
const item = (path) => ({ text: path === "README.md" ? "Overview" : titles[path], link: link(path) });

export default {
  title: "Holdfast",
  description: "Installs versioned plugins into running workspaces, atomically, and keeps track of where each came from.",
  base: process.env.SITE_BASE ?? "/",
  rewrites: { "README.md": "index.md" },
  cleanUrls: false,
  // A dead link is an error; what is no page was looked for before.
  ignoreDeadLinks: [/\/docs\/monitoring\//, /\.\/monitoring\//],
  markdown: { html: false },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Start", link: "/docs/getting-started" },
      { text: "Manual", link: "/docs/hosts" },
      { text: "Decisions", link: "/docs/decisions/" },
    ],
    sidebar: [
      ...groups.map(([text, paths]) => ({ text, items: paths.map(item) })),
      {
        text: "Measured",
        collapsed: true,
        items: Object.keys(titles)
          .filter((path) => path.startsWith("benchmarks/"))
          .sort()
          .map(item),
      },
      { text: "Decisions", collapsed: true, items: decisions.map(item) },
    ],
  },
};
