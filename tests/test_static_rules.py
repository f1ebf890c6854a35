"""Rules of safety that no linter knows, read from the source: SQL, transactions, what the web may call."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
APP = ROOT / "customer_grading"
PURE = (APP / "tests", APP / "rules", APP / "preview")
"""Where there is no database; tests may do what they like."""
TREES = {
	path.relative_to(APP): ast.parse(path.read_text("utf-8"))
	for path in sorted(APP.rglob("*.py"))
	if not any(path.is_relative_to(room) for room in PURE)
}

Function = ast.FunctionDef
Offence = tuple[int, str]
"""A line, and what is wrong there."""


def offences(tree: ast.Module, rule: Callable[[ast.Module], Iterator[Offence]], path: Path) -> list[str]:
	return [f"customer_grading/{path}:{line}: {what}" for line, what in rule(tree)]


def name_of(call: ast.Call) -> str:
	"""The last part of what is called: `frappe.db.sql` is sql."""
	return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def calls(node: ast.AST) -> Iterator[ast.Call]:
	return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def functions(tree: ast.Module) -> Iterator[Function]:
	return (node for node in ast.walk(tree) if isinstance(node, Function))


def enclosing(tree: ast.Module, node: ast.AST) -> str:
	"""The innermost function that a node stands in."""
	around = [each for each in functions(tree) if node in ast.walk(each)]
	return around[-1].name if around else ""


# SQL is never put together from pieces

STATEMENTS = {"sql", "sql_list", "sql_ddl", "multisql"}
"""Methods of the database that take a statement."""
RAW = {"LiteralValue", "PseudoColumn", "RawSQL"}
"""Terms of the query builder that are taken as they stand."""
MAY_BUILD_SQL = {
	("prepared.py", "run"): "runs what the query builder has put together, with parameters",
	("setup/uninstall.py", "_drop"): "names of columns cannot be parameters of a statement",
}


def built_sql(tree: ast.Module, path: str = "") -> Iterator[Offence]:
	for call in calls(tree):
		if name_of(call) not in STATEMENTS | RAW or not call.args:
			continue
		if not is_whole(call.args[0], tree) and (path, enclosing(tree, call)) not in MAY_BUILD_SQL:
			yield call.lineno, f"{name_of(call)}({ast.unparse(call.args[0])}) is put together"


def is_whole(term: ast.expr, tree: ast.Module) -> bool:
	"""Whether a statement is a literal, or what the query builder or the database's own escape has made."""
	if isinstance(term, ast.IfExp):
		return is_whole(term.body, tree) and is_whole(term.orelse, tree)
	if isinstance(term, ast.Name):
		return term.id in constants(tree)
	if isinstance(term, ast.Call):
		return name_of(term) in {"get_sql", "escape", *builders(tree)}
	return isinstance(term, ast.Constant)


def constants(tree: ast.Module) -> set[str]:
	"""The module's names of plain texts."""
	assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
	plain = [node for node in assigned if isinstance(node.value, ast.Constant)]
	return {target.id for node in plain for target in targets(node) if isinstance(target, ast.Name)}


def targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
	return node.targets if isinstance(node, ast.Assign) else [node.target]


def builders(tree: ast.Module) -> set[str]:
	"""The module's functions that return what the query builder has made."""

	def builds(function: Function) -> bool:
		returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
		return bool(returned) and all(
			isinstance(each, ast.Call) and name_of(each) == "get_sql" for each in returned
		)

	return {function.name for function in functions(tree) if builds(function)}


@pytest.mark.parametrize("path", TREES, ids=str)
def test_no_sql_is_put_together_from_pieces(path: Path) -> None:
	assert offences(TREES[path], lambda tree: built_sql(tree, path.as_posix()), path) == []


@pytest.mark.parametrize(
	"source",
	[
		'frappe.db.sql(f"select {name}")',
		'frappe.db.sql("select " + name)',
		'frappe.db.sql("select %s" % name)',
		'frappe.db.sql("select {0}".format(name))',
		'frappe.db.sql(" and ".join(parts))',
		"frappe.db.sql(query)",
		'query = f"select {name}"\nfrappe.db.sql(query)',
		'frappe.db.sql_ddl(f"drop table {name}")',
		"column.isin([LiteralValue(user)])",
		'PseudoColumn(f"sum({name})")',
	],
)
def test_sql_from_pieces_is_found(source: str) -> None:
	assert [line for line, _what in built_sql(ast.parse(source))] == [len(source.splitlines())]


@pytest.mark.parametrize(
	"source",
	[
		'frappe.db.sql("select 1 where name = %s", name)',
		'QUERY = "select 1"\nfrappe.db.sql(QUERY)',
		'frappe.db.sql("commit" if keep else "rollback")',
		"LiteralValue(frappe.db.escape(user))",
		"def update():\n\treturn query.get_sql()\nfrappe.db.sql(update(), values)",
		"query.run()",
	],
)
def test_whole_sql_is_left_alone(source: str) -> None:
	assert list(built_sql(ast.parse(source))) == []


# Transactions belong to the request or the job

ENDS = {"commit", "rollback"}
OWN_TRANSACTIONS = ("jobs", "setup", "patches", "commands.py")
"""Where work begins by itself, so that it says itself when it is done."""
MAY_END_TRANSACTION = {
	("gate/open_items.py", "fill"): "fills an empty table in chunks, at install and migrate only",
	("records/credit_decision.py", "_end_transaction"): "a refusal outlives the request that it refuses",
	("website.py", "failed"): "Frappe commits what a page has written, even if the page has failed",
}


def ended_transactions(tree: ast.Module, path: str = "") -> Iterator[Offence]:
	for call in calls(tree):
		if ends_transaction(call) and (path, enclosing(tree, call)) not in MAY_END_TRANSACTION:
			yield call.lineno, f"{ast.unparse(call)} ends the transaction of the request"


def ends_transaction(call: ast.Call) -> bool:
	if name_of(call) in ENDS:
		# Back to a savepoint of one's own is no end.
		return not any(word.arg == "save_point" for word in call.keywords)
	texts = [node.value for node in ast.walk(call) if isinstance(node, ast.Constant)]
	return name_of(call) in STATEMENTS and any(str(text).strip().lower() in ENDS for text in texts)


@pytest.mark.parametrize("path", [path for path in TREES if path.parts[0] not in OWN_TRANSACTIONS], ids=str)
def test_nothing_but_jobs_and_setup_ends_a_transaction(path: Path) -> None:
	assert offences(TREES[path], lambda tree: ended_transactions(tree, path.as_posix()), path) == []


@pytest.mark.parametrize(
	"source",
	[
		"frappe.db.commit()",
		"frappe.db.rollback()",
		'frappe.db.sql("COMMIT")',
		'db.sql("commit" if x else "rollback")',
	],
)
def test_the_end_of_a_transaction_is_found(source: str) -> None:
	assert len(list(ended_transactions(ast.parse(source)))) == 1


def test_a_savepoint_is_no_end_of_a_transaction() -> None:
	assert list(ended_transactions(ast.parse('frappe.db.rollback(save_point="here")'))) == []


# What the web may call asks for permission first

LOADS = {
	"exists",
	"get_doc",
	"get_cached_doc",
	"new_doc",
	"parse_json",
	"startswith",
	"strip",
	"get",
	"cast",
	"isinstance",
}
"""Calls by which the document is found whose permission is asked for."""
WRITES = {
	"insert",
	"save",
	"submit",
	"cancel",
	"delete",
	"delete_doc",
	"set_value",
	"set_single_value",
	"db_set",
	"bulk_insert",
	"add_comment",
	"enqueue",
	"rename_doc",
	"run_doc_method",
}


class Web(NamedTuple):
	"""A function that the web may call, and the methods that it allows."""

	function: Function
	methods: tuple[str, ...]


def web(tree: ast.Module) -> Iterator[Web]:
	for function in functions(tree):
		for decorator in function.decorator_list:
			call = decorator if isinstance(decorator, ast.Call) else None
			named = name_of(call) if call else ast.unparse(decorator).rpartition(".")[2]
			if named == "whitelist":
				words = call.keywords if call else []
				methods = next((ast.literal_eval(word.value) for word in words if word.arg == "methods"), ())
				yield Web(function, tuple(methods))


def unguarded(tree: ast.Module) -> Iterator[Offence]:
	helpers = {function.name: function for function in functions(tree)}
	for function, _methods in web(tree):
		if not is_guarded(function.body, helpers):
			yield function.lineno, f"{function.name} does something before it asks for permission"


def is_guarded(statements: list[ast.stmt], helpers: dict[str, Function]) -> bool:
	"""Whether the first thing that is done is to ask for permission."""
	for statement in statements:
		if is_guard(statement, helpers):
			return True
		if not all(only_loads(call, helpers) for call in calls(statement)):
			return False
	return False


def is_guard(statement: ast.stmt, helpers: dict[str, Function]) -> bool:
	if isinstance(statement, ast.If):
		return refuses(statement) or both_ask(statement, helpers)
	if not isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign):
		return False
	return isinstance(statement.value, ast.Call) and asks(statement.value, helpers)


def refuses(statement: ast.If) -> bool:
	raised = [node.exc for node in ast.walk(statement) if isinstance(node, ast.Raise) and node.exc]
	return any("PermissionError" in ast.unparse(each) for each in raised)


def both_ask(statement: ast.If, helpers: dict[str, Function]) -> bool:
	loads = all(only_loads(call, helpers) for call in calls(statement.test))
	return loads and is_guarded(statement.body, helpers) and is_guarded(statement.orelse, helpers)


def asks(call: ast.Call, helpers: dict[str, Function]) -> bool:
	if name_of(call) == "has_permission":
		return any(word.arg == "throw" and ast.unparse(word.value) == "True" for word in call.keywords)
	if name_of(call) == "check_permission":
		return True
	helper = helpers.get(name_of(call))
	if helper is None:
		return False
	return is_guarded(helper.body, {name: each for name, each in helpers.items() if each is not helper})


def only_loads(call: ast.Call, helpers: dict[str, Function]) -> bool:
	helper = helpers.get(name_of(call))
	if helper is None:
		return name_of(call) in LOADS
	others = {name: each for name, each in helpers.items() if each is not helper}
	return all(only_loads(each, others) for statement in helper.body for each in calls(statement))


def unstated(tree: ast.Module) -> Iterator[Offence]:
	for function, methods in web(tree):
		written = {name_of(call) for call in calls(function)} & WRITES
		if written and methods != ("POST",):
			yield (
				function.lineno,
				f"{function.name} writes ({', '.join(sorted(written))}), so it is POST only",
			)
		elif guest(function):
			yield function.lineno, f"{function.name} is open to everybody"


def guest(function: Function) -> bool:
	return any("allow_guest" in ast.unparse(decorator) for decorator in function.decorator_list)


WITH_WEB = [path for path in TREES if any(web(TREES[path]))]


def test_there_is_something_that_the_web_may_call() -> None:
	assert len(WITH_WEB) > 5


@pytest.mark.parametrize("path", WITH_WEB, ids=str)
def test_what_the_web_may_call_asks_for_permission_first(path: Path) -> None:
	assert offences(TREES[path], unguarded, path) == []


@pytest.mark.parametrize("path", WITH_WEB, ids=str)
def test_what_writes_is_called_by_post_only_and_never_by_guests(path: Path) -> None:
	assert offences(TREES[path], unstated, path) == []


@pytest.mark.parametrize("path", WITH_WEB, ids=str)
def test_the_types_of_what_the_web_may_call_are_checked(path: Path) -> None:
	"""Frappe checks arguments by their annotations, which must not be texts for that."""
	assert "from __future__ import annotations" not in ast.unparse(TREES[path])
	for function, _methods in web(TREES[path]):
		given = [each for each in function.args.args if each.arg != "self"]
		assert all(each.annotation for each in given), f"customer_grading/{path}:{function.lineno}"


GUARDED = '''
@frappe.whitelist(methods=["POST"])
def change(name: str) -> None:
	"""What it does."""
	{0}
'''


@pytest.mark.parametrize(
	"body",
	[
		"frappe.db.set_value('A', name, 'b', 1)\n\tfrappe.has_permission('A', throw=True)",
		"frappe.has_permission('A', 'write')\n\tfrappe.get_doc('A', name).save()",
		"frappe.only_for('System Manager')",
		"return frappe.db.get_value('A', name)",
		"if name:\n\t\tfrappe.has_permission('A', throw=True)\n\tframe(name)",
		"pass",
		"if name:\n\t\tfrappe.has_permission('A', throw=True)\n\telse:\n\t\tsave(name)",
	],
)
def test_a_missing_check_is_found(body: str) -> None:
	assert [line for line, _what in unguarded(ast.parse(GUARDED.format(body)))] == [3]


@pytest.mark.parametrize(
	"body",
	[
		"frappe.has_permission('A', 'write', throw=True)\n\tsave(name)",
		"doc = frappe.get_doc('A', name)\n\tdoc.check_permission('write')\n\tdoc.save()",
		"if not sees_credit(user):\n\t\traise frappe.PermissionError\n\tsave()",
		"if name:\n\t\tdoc.check_permission()\n\telse:\n\t\tother.check_permission()\n\tdoc.save()",
		"doc = loaded(name)\n\tdoc.save()\n\ndef loaded(name):\n\tfrappe.has_permission('A', throw=True)",
	],
)
def test_a_check_is_seen(body: str) -> None:
	assert list(unguarded(ast.parse(GUARDED.format(body)))) == []


@pytest.mark.parametrize("methods", ["", 'methods=["GET"]', 'methods=["GET", "POST"]'])
def test_a_writer_that_a_link_could_call_is_found(methods: str) -> None:
	source = f"@frappe.whitelist({methods})\ndef change(name: str):\n\tfrappe.db.set_value('A', name, 'b', 1)"
	assert [line for line, _what in unstated(ast.parse(source))] == [2]


def test_what_guests_may_call_is_found() -> None:
	source = "@frappe.whitelist(allow_guest=True)\ndef look(name: str):\n\treturn 1"
	assert len(list(unstated(ast.parse(source)))) == 1
