// Lays out what the site is made of, at the same relative places as in the repository, so that links between pages stay as they are:
//   node stage.mjs <repository> <output>
// A link to a file that is no page becomes its text. A link to nothing ends this with an error.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { groups } from "./pages.mjs";

const [root, output] = process.argv.slice(2);
const errors = [];

function markdown(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith(".md") && !path.includes("target/") && !path.startsWith("docs/site"));
}

const pages = new Set([
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...markdown("docs"),
  ...markdown("benchmarks/results"),
  ...markdown("examples").filter((path) => path.endsWith("README.md")),
]);
const files = ["docs/screenshots", "docs/monitoring", "benchmarks/results"];
const isFile = (path) => files.some((folder) => path.startsWith(folder)) && existsSync(join(root, path)) && statSync(join(root, path)).isFile();

function title(path) {
  return /^# (.*)$/m.exec(readFileSync(join(root, path), "utf8"))?.[1] ?? path;
}

/** Returns the page that a path leads to: itself, or the one of its folder. */
function pageOf(path) {
  return [path, join(path, "README.md"), path === "docs/decisions" ? "docs/decisions/index.md" : ""].find((one) => pages.has(one));
}

function linked(from, text, target) {
  if (/^([a-z]+:|#)/.test(target)) {
    return `[${text}](${target})`;
  }
  const [place, anchor] = target.split("#");
  const path = normalize(join(dirname(from), place)).replace(/\/$/, "");
  if (!existsSync(join(root, path)) && !pages.has(path)) {
    errors.push(`${from}: there is no ${target}`);
    return text;
  }
  const page = pageOf(path);
  const to = relative(dirname(from), page ?? path);
  const link = (to.startsWith(".") ? to : `./${to}`) + (anchor ? `#${anchor}` : "");
  return page || isFile(path) ? `[${text}](${link})` : text;
}

function staged(path, content) {
  const at = join(output, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, content);
}

// Code is left alone: what looks like a link there is none.
const CODE = /(^```[\s\S]*?^```|`[^`\n]*`)/m;

const decisions = [...pages].filter((path) => path.startsWith("docs/decisions/")).sort();
pages.add("docs/decisions/index.md");
for (const path of pages) {
  if (path === "docs/decisions/index.md") {
    staged(path, `# Decisions\n\n${decisions.map((one) => `* [${title(one)}](./${relative("docs/decisions", one)})`).join("\n")}\n`);
    continue;
  }
  const text = readFileSync(join(root, path), "utf8").replace(/<!--[\s\S]*?-->\n?/g, "");
  const parts = text.split(new RegExp(CODE, "gm"));
  staged(path, parts.map((part, i) => (i % 2 === 1 ? part : part.replace(/\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (all, words, target) => linked(path, words, target)))).join(""));
}
for (const folder of files) {
  for (const name of readdirSync(join(root, folder), { recursive: true })) {
    const path = join(folder, name);
    if (!path.endsWith(".md") && isFile(path)) {
      for (const place of path.endsWith("ml") || path.endsWith("json") ? ["public", ""] : [""]) {
        mkdirSync(dirname(join(output, place, path)), { recursive: true });
        cpSync(join(root, path), join(output, place, path));
      }
    }
  }
}

const shown = new Set(groups.flatMap(([, paths]) => paths));
for (const path of pages) {
  if (/^docs\/[^/]*\.md$/.test(path) && !shown.has(path)) {
    errors.push(`${path} has no place in the navigation: add it to docs/site/pages.mjs`);
  }
}
for (const path of shown) {
  if (!pages.has(path)) {
    errors.push(`docs/site/pages.mjs names ${path}, which is no page`);
  }
}
const titles = Object.fromEntries([...pages].filter((path) => path !== "docs/decisions/index.md").map((path) => [path, title(path)]));
writeFileSync(join(output, "titles.json"), JSON.stringify({ titles, decisions }));
if (errors.length > 0) {
  console.error(errors.join("\n"));
  process.exit(1);
}
