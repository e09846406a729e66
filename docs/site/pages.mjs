// Which page stands where in the navigation. Every page of docs/ has a place; docs/site/build fails if one has none.
export const groups = [
  ["Start", ["README.md", "docs/getting-started.md", "docs/concepts.md", "docs/hosts.md", "docs/command-line.md"]],
  ["Operate", ["docs/admin.md", "docs/operations.md", "docs/fleet.md", "docs/trust.md", "docs/webhooks.md", "docs/security.md"]],
  ["Extend", ["docs/contract.md", "docs/write-an-adapter.md", "CONTRIBUTING.md"]],
  [
    "Evidence",
    ["docs/exactly-once.md", "docs/kill-matrix.md", "docs/recreate-matrix.md", "docs/year.md", "docs/compatibility.md", "docs/dependencies.md"],
  ],
];
