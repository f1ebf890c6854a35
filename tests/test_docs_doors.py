"""The table of the order desk names a test for every door and tier, and each of these tests exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "order-desk.md"
HEADS = ("| Order |", "| Goods |")
COLUMNS = ["A", "B", "C", "D", "no tier", "*Shadow*", "*Off*"]
LINK = re.compile(r'\[([^\]]+)\]\((\S+) "([\w.]+)"\)')
SHARED = ROOT / "customer_grading" / "tests" / "doors_case.py"
DOORS = 25


def tables() -> list[list[list[str]]]:
	"""The rows of both tables, cell by cell, the heads included."""
	blocks = PAGE.read_text(encoding="utf-8").split("\n\n")
	found = [block.strip().splitlines() for block in blocks if block.strip().startswith(HEADS)]
	return [[[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows] for rows in found]


def cells() -> list[tuple[str, str, str]]:
	"""Door, column and content of each cell."""
	return [
		(row[0].strip("| "), column, cell)
		for rows in tables()
		for row in rows[2:]
		for column, cell in zip(COLUMNS, row[1:], strict=True)
	]


@cache
def classes(module: Path) -> dict[str, ast.ClassDef]:
	"""The classes of a module of tests, and those that it shares with others."""
	found = {} if module == SHARED else dict(classes(SHARED))
	tree = ast.parse(module.read_text(encoding="utf-8"))
	return found | {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def names_of_tests(module: Path, name: str) -> set[str]:
	"""The tests that a class runs, its bases' included, and without those that it takes out by `= None`."""
	known = classes(module)
	if name not in known:
		return set()
	own, found = known[name], set()
	for base in reversed(own.bases):
		found |= names_of_tests(module, base.id) if isinstance(base, ast.Name) else set()
	for node in own.body:
		if isinstance(node, ast.FunctionDef):
			found.add(node.name)
		elif isinstance(node, ast.Assign):
			found -= {target.id for target in node.targets if isinstance(target, ast.Name)}
	return found


def exists(module: Path, test: str) -> bool:
	"""Whether a test, by itself or of a class, is in a module."""
	name, _, function = test.rpartition(".")
	if name:
		return function in names_of_tests(module, name)
	tree = ast.parse(module.read_text(encoding="utf-8"))
	return any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree.body)


def test_both_tables_have_a_column_for_each_tier_and_mode() -> None:
	assert len(tables()) == 2
	for rows in tables():
		assert rows[0][1:] == COLUMNS
		assert all(len(row) == len(COLUMNS) + 1 for row in rows[2:])


def test_no_door_is_left_out() -> None:
	assert len({door for door, _column, _cell in cells()}) >= DOORS


@pytest.mark.parametrize(
	("door", "column", "cell"), cells(), ids=[f"{door} {tier}" for door, tier, _ in cells()]
)
def test_each_cell_names_tests_that_exist(door: str, column: str, cell: str) -> None:
	links = LINK.findall(cell)
	assert links, f"{door}, {column}: {cell}"
	for text, path, test in links:
		module = (PAGE.parent / path).resolve()
		assert module.is_file(), path
		assert exists(module, test), f"{door}, {column}, {text}: {module.name} has no {test}"


def test_a_test_that_is_not_there_is_noticed() -> None:
	assert exists(SHARED, "OrderDoor.test_tier_d_unpaid_is_refused")
	assert not exists(SHARED, "OrderDoor.test_tier_e_pays_nothing")
	automatic = SHARED.with_name("test_door_automatic.py")
	assert not exists(automatic, "TestWebshop.test_tier_d_unpaid_is_refused")
