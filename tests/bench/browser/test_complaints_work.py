"""A complaint walked from ① to ⑧, and one to ⑦, in the browser, each step by somebody who may take it."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served import Bench, pictures

SCRIPT = Path(__file__).with_name("complaints_work.py")
SCENE = "customer_grading.tests.complaint_scene"
ROLES = ("seller", "manager", "quality", "management", "general")


@pytest.fixture(scope="module")
def scene(bench: Bench) -> Iterator[dict[str, Any]]:
	passwords = {role: secrets.token_urlsafe(18) for role in ROLES}
	made = bench.execute(f"{SCENE}.make", mark=secrets.token_hex(3), passwords=passwords)
	yield {**made, "passwords": passwords}
	bench.execute(f"{SCENE}.strike", scene=made)


@pytest.fixture(scope="module")
def seen(bench: Bench, browser_python: str, url: str, scene: dict[str, Any]) -> dict[str, Any]:
	return bench.work(browser_python, SCRIPT, url, json.dumps(scene), *pictures())


def line(done: int, *, court: bool = False) -> list[str]:
	"""The nine steps, of which so many are done and the next one is at hand; ⑦ only if it goes to court."""
	now = 8 if done == 6 and not court else done + 1
	states = ["done" if step <= done else "now" if step == now else "open" for step in range(1, 10)]
	if not court:
		states[6] = "skipped"
	return states


def test_the_menu_offers_what_comes_next(seen: dict[str, Any]) -> None:
	assert seen["to_the_end"]["offered"] == ["Confirm Problem", "Dismiss"]


@pytest.mark.parametrize(
	("step", "done"),
	[
		("raised", 1),
		("confirmed", 2),
		("judged", 3),
		("planned", 4),
		("signed", 5),
		("negotiated", 6),
		("executed", 8),
		("closed", 9),
	],
)
def test_the_line_shows_each_step_on_the_way_to_the_end(seen: dict[str, Any], step: str, done: int) -> None:
	assert seen["to_the_end"][step] == line(done)


def test_a_new_complaint_has_one_headline(seen: dict[str, Any]) -> None:
	assert seen["to_the_end"]["headlines"] == 1


def test_it_is_printed_as_the_form_of_the_handbook_in_chinese(seen: dict[str, Any]) -> None:
	printed = seen["to_the_end"]["printed"]
	for told in ("客户投诉处理单", "投诉人类别", "普通", "销售管理部经理", "同意", "Mona", "解决办法"):
		assert told in printed
	assert "集团总经理" not in printed, "level D needs one signature"


def test_the_headline_tells_the_level_its_reason_and_the_advice(seen: dict[str, Any]) -> None:
	headline = seen["to_the_end"]["headline"]
	assert headline.startswith("Level D: There is a general quality problem that does not stop use.")
	assert "Say who handles the complaint and until when, and keep to it." in headline


def test_a_hostile_customer_needs_two_signatures_and_ends_in_court(seen: dict[str, Any]) -> None:
	court = seen["to_court"]
	assert "Level E: The customer is hostile and cannot be calmed." in court["headline"]
	assert court["signed"] == line(4)
	assert court["approved"] == line(5)
	assert court["litigation"] == line(6, court=True)


def test_no_script_of_the_page_fails(seen: dict[str, Any]) -> None:
	assert seen["errors"] == []
