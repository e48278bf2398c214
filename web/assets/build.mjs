// Bundles what the browser needs into web/static/dist. One file per page need; nothing is fetched from elsewhere.
import { build } from "esbuild";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "static", "dist");

// The schema completion colours code samples with shiki, which wants WebAssembly: our Content-Security-Policy
// refuses that, and our schemas show no samples.
const withoutColouring = {
  name: "without-colouring",
  setup(bundle) {
    bundle.onResolve({ filter: /^(shiki|@shikijs)\// }, () => ({ path: "colouring", namespace: "none" }));
    bundle.onLoad({ filter: /.*/, namespace: "none" }, () => ({
      contents: "export const createHighlighterCore = async () => null;" +
        "export const fromHighlighter = () => () => {};",
    }));
  },
};

await rm(dist, { recursive: true, force: true });
await build({
  entryPoints: [
    { in: join(here, "app.js"), out: "app" },
    { in: join(here, "look.css"), out: "app" },
    { in: join(here, "diagram.js"), out: "diagram" },
    { in: join(here, "editor.js"), out: "editor" },
  ],
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  charset: "utf8",
  legalComments: "linked",
  plugins: [withoutColouring],
  logLevel: "warning",
});
