"""Who may import whom, and what the pure rules must never touch: read from the source."""

import ast
import inspect
import string
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from customer_grading.rules import options
from customer_grading.rules.options import StrEnum

ROOT = Path(__file__).parents[1]
APP = ROOT / "customer_grading"
TREES = {
	path.relative_to(ROOT): ast.parse(path.read_text("utf-8"))
	for path in sorted(APP.rglob("*.py"))
	if not path.is_relative_to(APP / "tests")
}
APP_ROOT = Path("customer_grading")
RULES = APP_ROOT / "rules"
PREVIEW = APP_ROOT / "preview"

PURE = {
	"bisect",
	"calendar",
	"collections",
	"dataclasses",
	"datetime",
	"decimal",
	"difflib",
	"enum",
	"fractions",
	"functools",
	"hashlib",
	"itertools",
	"math",
	"operator",
	"re",
	"statistics",
	"string",
	"types",
	"typing",
}
"""Modules of the standard library that touch nothing outside, if the clock of `datetime` is left alone."""
TOML = {"sys", "tomllib", "tomli"}
EXTRAS = {"openpyxl", "jinja2", "markupsafe", "tqdm", "tomli"}
"""The extras of pyproject.toml. markupsafe is jinja2's own type of safe text and comes with it."""
WORLDLY_CALLS = {"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"}
CLOCKS = {"now", "today", "utcnow", "fromtimestamp"}
NOT_FOR_ANYBODY = {"customer_grading.events", "customer_grading.jobs"}


def sources(room: Path | None = None) -> list[Path]:
	return [path for path in TREES if room is None or path.is_relative_to(room)]


def imported(path: Path) -> Iterator[str]:
	"""The full names of the modules that a file imports, those of relative imports too."""
	package = path.parent.parts
	for node in ast.walk(TREES[path]):
		if isinstance(node, ast.Import):
			yield from (alias.name for alias in node.names)
		elif isinstance(node, ast.ImportFrom):
			base = package[: len(package) - node.level + 1] if node.level else ()
			module = ".".join([*base, *filter(None, [node.module])])
			yield module
			yield from (f"{module}.{alias.name}" for alias in node.names)


def top(module: str) -> str:
	return module.partition(".")[0]


def within(module: str, rooms: set[str]) -> bool:
	return any(module == room or module.startswith(f"{room}.") for room in rooms)


def test_there_are_rules_to_look_at() -> None:
	assert len(sources(RULES)) > 10


@pytest.mark.parametrize("path", sources(RULES), ids=str)
def test_rules_import_nothing_but_pure_modules_and_rules(path: Path) -> None:
	allowed = PURE | (TOML if path.name == "policy_file.py" else set())
	for module in imported(path):
		assert top(module) in allowed or within(module, {"customer_grading.rules"}), module


@pytest.mark.parametrize("path", sources(RULES), ids=str)
def test_rules_read_no_clock_and_touch_nothing_outside(path: Path) -> None:
	for node in ast.walk(TREES[path]):
		if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
			assert node.func.id not in WORLDLY_CALLS, f"line {node.lineno}"
		if isinstance(node, ast.Attribute):
			assert node.attr not in CLOCKS, f"line {node.lineno}"
		if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sys":
			assert node.attr == "version_info", f"line {node.lineno}"


@pytest.mark.parametrize("path", sources(PREVIEW), ids=str)
def test_the_preview_imports_only_rules_itself_the_standard_library_and_its_extras(path: Path) -> None:
	for module in imported(path):
		ours = within(module, {"customer_grading.rules", "customer_grading.preview"})
		assert ours or module == "customer_grading" or top(module) in sys.stdlib_module_names | EXTRAS, module


MAY_IMPORT = {
	"facts": {"rules", "prepared"},
	# The names of the derived fields stand with the fields themselves.
	"records": {"rules", "prepared", "setup.custom_fields"},
	"gate": {"facts", "prepared", "records", "rules", "permissions"},
	"events": {"facts", "gate", "records", "rules"},
	"jobs": {"facts", "gate", "records", "rules"},
}


@pytest.mark.parametrize("path", [path for room in MAY_IMPORT for path in sources(APP_ROOT / room)], ids=str)
def test_a_room_imports_only_the_rooms_that_it_builds_on(path: Path) -> None:
	room = path.parts[1]
	rooms = {f"customer_grading.{name}" for name in (room, *MAY_IMPORT[room])}
	for module in imported(path):
		if top(module) == "customer_grading" and module.count(".") > 1:
			assert within(module, rooms), module


@pytest.mark.parametrize("path", sources(), ids=str)
def test_nothing_imports_events_or_jobs(path: Path) -> None:
	own = {".".join(path.parts[:2])}
	for module in imported(path):
		assert not within(module, NOT_FOR_ANYBODY - own), module


# Options


def test_every_option_is_a_strenum_of_words() -> None:
	classes = [
		kind
		for _, kind in inspect.getmembers(options, inspect.isclass)
		if kind.__module__ == options.__name__
	]
	assert len(classes) > 15
	for kind in classes:
		assert issubclass(kind, StrEnum), kind
		for member in kind:
			assert member == str(member) == f"{member}" == member.value
			assert member.value.strip() == member.value != ""


@pytest.mark.parametrize("path", sources(RULES), ids=str)
def test_no_enum_of_the_rules_is_made_in_another_way(path: Path) -> None:
	for node in ast.walk(TREES[path]):
		if isinstance(node, ast.ClassDef) and node.name != "StrEnum":
			bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
			assert not bases & {"Enum", "IntEnum", "Flag", "IntFlag"}, node.name


# Explanations


class Declared(NamedTuple):
	"""One `explain(…)` as it stands in the source."""

	path: Path
	name: str
	code: str
	templates: tuple[str, str]
	fields: tuple[str, ...]

	@property
	def places(self) -> set[str]:
		"""What stands in braces in the two templates."""
		return {
			place
			for template in self.templates
			for _, place, _, _ in string.Formatter().parse(template)
			if place is not None
		}


def texts_of(tree: ast.Module) -> dict[str, str]:
	"""The module's constants that are plain texts."""
	return {
		target.id: node.value.value
		for node in tree.body
		if isinstance(node, ast.Assign)
		and isinstance(node.value, ast.Constant)
		and isinstance(node.value.value, str)
		for target in node.targets
		if isinstance(target, ast.Name)
	}


def text(node: ast.expr, known: dict[str, str]) -> str:
	if isinstance(node, ast.Name):
		return known[node.id]
	assert isinstance(node, ast.Constant), ast.unparse(node)
	assert isinstance(node.value, str)
	return node.value


def declarations(path: Path) -> Iterator[Declared]:
	tree = TREES[path]
	known = texts_of(tree)
	for node in tree.body:
		if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
			call = node.value
			if (
				isinstance(call.func, ast.Name)
				and call.func.id == "explain"
				and isinstance(node.targets[0], ast.Name)
			):
				code, sentence, remedy = (text(part, known) for part in call.args)
				fields = tuple(keyword.arg or "**" for keyword in call.keywords)
				yield Declared(path, node.targets[0].id, code, (sentence, remedy), fields)


DECLARED = [found for path in TREES for found in declarations(path)]


def ids(found: Declared) -> str:
	return found.code


def test_every_explanation_is_declared_once_at_the_top_of_a_module() -> None:
	calls = [
		node
		for tree in TREES.values()
		for node in ast.walk(tree)
		if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "explain"
	]
	assert len(calls) == len(DECLARED) > 50
	assert [code for code, count in Counter(found.code for found in DECLARED).items() if count > 1] == []


@pytest.mark.parametrize("found", DECLARED, ids=ids)
def test_an_explanation_has_no_place_outside_of_its_fields(found: Declared) -> None:
	assert found.places <= {str(number) for number in range(len(found.fields))}
	assert "**" not in found.fields
	assert found.code == found.code.lower().replace(" ", "_")


OF_RULES = [found for found in DECLARED if found.path.is_relative_to(RULES)]


@pytest.mark.parametrize("found", OF_RULES, ids=ids)
def test_an_explanation_of_the_rules_is_whole_sentences(found: Declared) -> None:
	for template in found.templates:
		assert template == template.strip()
		assert template[0].isupper() or template[0] == "{"
		assert template.endswith(".")


BY_NAME = {(found.path, found.name): found for found in DECLARED}


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_reason_is_given_one_value_for_each_field(path: Path) -> None:
	for node in ast.walk(TREES[path]):
		if not (
			isinstance(node, ast.Call)
			and isinstance(node.func, ast.Attribute)
			and node.func.attr == "because"
		):
			continue
		found = named(path, node.func.value)
		if found and not any(isinstance(argument, ast.Starred) for argument in node.args):
			assert len(node.args) == len(found.fields), f"line {node.lineno}"


def named(path: Path, owner: ast.expr) -> Declared | None:
	"""The explanation that a name stands for: of this module, or `module.NAME` of a neighbour."""
	if isinstance(owner, ast.Name):
		return BY_NAME.get((path, owner.id))
	if isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name):
		return BY_NAME.get((path.with_name(f"{owner.value.id}.py"), owner.attr))
	return None
