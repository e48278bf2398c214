"""Browser assets: npm brings the exact packages of package-lock.json, esbuild bundles web/assets.

No package's own install script runs.
"""

from __future__ import annotations

from tools.node import bring_node
from tools.steps import ROOT, once, run, say

SOURCES = ROOT / "web" / "assets"
BUILT = ROOT / "web" / "static" / "dist"
PACKAGES = ROOT / "node_modules"
LOCK = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]

NO_PACKAGES = "Browser packages could not be installed: connect to an npm registry, then run the same again."
NO_BUNDLE = "Browser assets could not be bundled: mend what is named above in web/assets, then run the same again."


def make() -> None:
    once(PACKAGES / ".stamp", LOCK, _install)
    sources = [path for path in SOURCES.rglob("*") if path.is_file()]
    once(BUILT / ".stamp", [*LOCK, *sources], _bundle)


def _install() -> None:
    node = bring_node()
    say("installing the browser packages of package-lock.json")
    run([*node.npm, "ci", "--ignore-scripts"], otherwise=NO_PACKAGES, extra=node.variables)


def _bundle() -> None:
    node = bring_node()
    say("bundling the browser assets into web/static/dist")
    run([node.program, SOURCES / "build.mjs"], otherwise=NO_BUNDLE, extra=node.variables)
