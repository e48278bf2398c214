"""The house rules that a machine can check: names, lengths, words, locks, and what README promises."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
HOMELESS = {"util", "utils", "helper", "helpers", "common", "misc", "base", "core", "manager", "service", "services",
            "handler", "handlers", "processor", "data", "info", "obj"}
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
LONGER_FOR_A_REASON = {
    "engine/definition/model/steps.py": "steps hold steps: one recursive type, nothing but frozen dataclasses",
}
IMPORTED_BY_OTHERS = {"psycopg", "tzdata"}      # SQLAlchemy by the address of the database, zoneinfo by itself
OF_ONE_MACHINE = re.compile(r"(?<![\w.:/])/(?:work|farm|tmp|root|home)/|\.\./shared")
ADDRESS = re.compile(r"https?://|git\+|file:|@\s*/")
LOCKS = ["requirements.txt", "requirements-build.txt", "requirements-node.txt", "requirements-dev.txt",
         "package-lock.json", ".npmrc"]


def files_of_the_project() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT,
                            capture_output=True, text=True, check=True)
    return sorted(name for name in set(listed.stdout.split("\0")) if name and (ROOT / name).is_file())


FILES = files_of_the_project()
PYTHON = [name for name in FILES if name.endswith(".py")]
PRODUCT = [name for name in PYTHON if name.startswith(("engine/", "web/")) and "/migrations/" not in name]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_no_module_or_room_has_a_homeless_name() -> None:
    homeless = [name for name in PYTHON for part in Path(name).with_suffix("").parts
                if HOMELESS & set(re.split(r"[_.-]", part.lower()))]
    assert homeless == []


def test_no_module_is_longer_than_two_screens() -> None:
    lengths = {name: len(text_of(name).splitlines()) for name in PRODUCT}
    too_long = {name: length for name, length in lengths.items()
                if length > LONGEST_MODULE and name not in LONGER_FOR_A_REASON}
    assert too_long == {}
    assert median(length for length in lengths.values() if length) <= 120


def test_no_function_is_longer_than_half_a_screen() -> None:
    too_long = [f"{name}:{node.lineno} {node.name}" for name in PRODUCT for node in ast.walk(ast.parse(text_of(name)))
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION]
    assert too_long == []


def test_nothing_is_left_unfinished() -> None:
    unfinished = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b|mark\.(sk" r"ip|xf" r"ail)")
    found = [name for name in PYTHON if unfinished.search(text_of(name))]
    assert found == []


def test_no_file_names_a_place_of_one_machine() -> None:
    seen = [name for name in FILES if not name.startswith("tests/") and is_text(name)
            and OF_ONE_MACHINE.search(text_of(name))]
    assert seen == []


def is_text(name: str) -> bool:
    return b"\0" not in (ROOT / name).read_bytes()[:1024]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address_of_a_download(lock: str) -> None:
    found = [line for line in text_of(lock).splitlines() if ADDRESS.search(line)]
    assert found == []


@pytest.mark.parametrize("lock", [name for name in LOCKS if name.startswith("requirements")])
def test_every_locked_package_has_an_exact_version_and_hashes(lock: str) -> None:
    entries = re.findall(r"^(\S+?)==\S+.*?\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)", text_of(lock), re.MULTILINE)
    packages = re.findall(r"^[A-Za-z0-9]\S*", text_of(lock), re.MULTILINE)
    assert [name for name, _ in entries] == [package.partition("==")[0] for package in packages]


def test_browser_packages_are_pinned_exactly() -> None:
    pins = re.findall(r'^    "[^"]+": "([^"]+)"|"esbuild": "([^"]+)"', text_of("package.json"), re.MULTILINE)
    versions = [exact or tool for exact, tool in pins if not (exact or tool).startswith((">", "node "))]
    assert versions
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


def test_what_the_product_imports_is_what_it_declares() -> None:
    ours = [name for name in PYTHON if name.startswith(("engine/", "web/"))]
    imported = {name for module in ours for name in imports_of(module)} - sys.stdlib_module_names - {"engine", "web"}
    offered = metadata.packages_distributions()
    needed = {canonical(distribution) for name in imported for distribution in offered.get(name, [name])}
    declared = {canonical(re.split(r"[<>=\[]", line)[0])
                for line in tomllib.loads(text_of("pyproject.toml"))["project"]["dependencies"]}
    assert needed == declared - IMPORTED_BY_OTHERS


def imports_of(module: str) -> set[str]:
    """The first name of everything that a module imports."""
    nodes = list(ast.walk(ast.parse(text_of(module))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.partition(".")[0] for name in
            plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}}


def canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_both_readmes_name_two_commands_that_the_makefile_has() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for readme in ("README.md", "README.zh.md"):
        assert re.findall(r"^make ([a-z-]+)", text_of(readme), re.MULTILINE) == ["demo", "test"]
    assert {"demo", "test", "help"} <= targets


def test_the_run_of_continuous_integration_is_readmes_test_command() -> None:
    commands = [line for line in text_of(".ci/run").splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["make test"]


@pytest.mark.parametrize("document", [name for name in FILES if name.endswith(".md")])
def test_every_link_of_a_document_leads_to_a_file(document: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text_of(document))
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


def test_both_readmes_show_the_same_short_definition() -> None:
    english, chinese = definition_in("README.md"), definition_in("README.zh.md")
    assert english == chinese
    assert 15 <= len(english.splitlines()) <= 25


def definition_in(readme: str) -> str:
    """The YAML block, without its comments."""
    [shown] = re.findall(r"```yaml\n(.*?)```", text_of(readme), re.DOTALL)
    return re.sub(r"\s+# .*", "", shown)
