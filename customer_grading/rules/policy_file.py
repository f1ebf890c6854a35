"""A policy as a TOML text, and its fingerprint."""

import dataclasses
import hashlib
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from customer_grading.rules.policy import Policy
from customer_grading.rules.reasons import TEXT, explain
from customer_grading.rules.settings import PolicyError, Section, build

if sys.version_info >= (3, 11):
	import tomllib
else:
	import tomli as tomllib

NOT_TOML = explain(
	"policy_not_toml",
	"The policy {0} is not readable TOML: {1}.",
	"Correct the line named, or begin again from an exported policy.",
	setting=TEXT,
	problem=TEXT,
)


def loads(text: str) -> Policy:
	"""The policy that a TOML text says; settings it leaves out keep their defaults.

	Raises PolicyError naming the setting that is unknown, of the wrong kind, out of bounds or contradicts
	another.
	"""
	try:
		table = tomllib.loads(text, parse_float=_decimal)
	except (ValueError, RecursionError) as error:
		# Besides TOMLDecodeError, a ValueError: numbers or nesting beyond what Python takes in.
		raise PolicyError(NOT_TOML, "file", str(error)) from None
	policy: Policy = build(Policy, table)
	return policy


def _decimal(text: str) -> Decimal:
	try:
		return Decimal(text)
	except InvalidOperation:
		message = f"the number {text} is too large or too small"
		raise ValueError(message) from None


def dumps(policy: Policy) -> str:
	"""The whole policy as TOML, each setting under a comment that says what it means and its unit."""
	return "\n".join(_lines(policy)) + "\n"


def fingerprint(policy: Policy) -> str:
	"""Sixteen hexadecimal digits that change when, and only when, a setting does."""
	settings = "\n".join(line for line in _lines(policy) if not line.startswith("#"))
	return hashlib.sha256(settings.encode()).hexdigest()[:16]


def _lines(policy: Policy) -> Iterator[str]:
	yield "# Credit policy of Customer Grading. Settings that are left out keep their defaults."
	for part in dataclasses.fields(policy):
		section = getattr(policy, part.name)
		yield f"\n[{part.name}]"
		yield from _section_lines(section)


def _section_lines(section: Section) -> Iterator[str]:
	for declared in dataclasses.fields(section):  # type: ignore[arg-type]
		unit = declared.metadata["unit"]
		yield f"# {declared.metadata['meaning']}" + (f", in {unit}" if unit else "")
		yield f"{declared.name} = {_literal(getattr(section, declared.name))}"


def _literal(value: Any) -> str:
	if isinstance(value, Mapping):
		return "{ " + ", ".join(f'"{key}" = {_literal(part)}' for key, part in value.items()) + " }"
	if isinstance(value, tuple):
		return "[" + ", ".join(_literal(part) for part in value) + "]"
	if isinstance(value, bool):
		return "true" if value else "false"
	if isinstance(value, str):
		return f'"{value}"'
	return _number(value)


def _number(value: Decimal | int) -> str:
	"""One spelling for one number: 1.20 and 1.2 are the same setting."""
	if not value or isinstance(value, int):
		return str(int(value))
	text = f"{value:f}"
	return text.rstrip("0").rstrip(".") if "." in text else text
