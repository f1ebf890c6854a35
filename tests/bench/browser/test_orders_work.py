"""An order from its refusal to its delivery in the browser: a clerk, a credit controller, a manager."""

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served import Bench, pictures

SCRIPT = Path(__file__).with_name("orders_work.py")
SCENE = "customer_grading.tests.order_scene"
ROLES = ("clerk", "controller", "manager")


@pytest.fixture(scope="module")
def scene(bench: Bench) -> Iterator[dict[str, Any]]:
	passwords = {role: secrets.token_urlsafe(18) for role in ROLES}
	made = bench.execute(f"{SCENE}.make", mark=secrets.token_hex(3), passwords=passwords)
	yield {**made, "passwords": passwords}
	bench.execute(f"{SCENE}.strike", scene=made)


@pytest.fixture(scope="module")
def seen(bench: Bench, browser_python: str, url: str, scene: dict[str, Any]) -> dict[str, Any]:
	return bench.work(browser_python, SCRIPT, url, json.dumps(scene), *pictures())


def test_the_headline_follows_what_is_typed(seen: dict[str, Any]) -> None:
	assert "The order may be submitted." in seen["refused"]["draft"]
	assert "Room left" in seen["refused"]["draft"]
	assert "The order would be refused." in seen["refused"]["typed"]
	assert "700.00 above the credit limit" in seen["refused"]["typed"]


def test_whoever_is_refused_learns_why_and_what_would_help(seen: dict[str, Any]) -> None:
	refusal = seen["refused"]["refusal"]
	assert re.search(r"700.00 above the credit limit of \S+ ?5,000.00", refusal["told"])
	assert "ask for a release" in refusal["told"]
	assert refusal["buttons"] == ["Ask for Release"]


def test_the_keyboard_leads_from_the_refusal_to_the_reason_of_a_release(seen: dict[str, Any]) -> None:
	assert seen["refused"]["refusal"]["focused"] == "Ask for Release"
	assert seen["refused"]["focused"] == "reason"


def test_a_released_order_is_submitted(seen: dict[str, Any]) -> None:
	assert "Released" in seen["approved"]
	assert re.search(r"released up to \S+ ?4,500.00", seen["released"]["headline"])
	assert seen["released"]["submitted"]


def test_an_order_that_is_paid_in_advance_waits_and_says_so(seen: dict[str, Any]) -> None:
	assert seen["held"]["submitted"]
	assert "The goods wait for Advance payment" in seen["held"]["headline"]
	assert seen["held"]["list"] == "Waits for Advance payment · To Deliver and Bill"


def test_its_goods_are_kept_back_until_the_payment_is_recorded(seen: dict[str, Any]) -> None:
	assert "500.00" in seen["kept_back"]["told"]
	assert seen["paid"]
	assert "The goods may go." in seen["delivered"]["headline"]
	assert seen["delivered"]["submitted"]


def test_a_sales_manager_sees_the_desk_and_a_customer_at_one_glance(seen: dict[str, Any]) -> None:
	cards = seen["overseen"]["cards"]
	assert [card.split()[0] for card in cards] == ["ORDERS", "VALUE", "RELEASES", "OVERDUE"]
	assert int(cards[0].split()[-1]) >= 1
	assert seen["overseen"]["charts"] == ["Refused and Held per Week", "Exposure by Credit Tier"]
	assert "5,700.00" in seen["overseen"]["panel"]
	assert "1,200.00" in seen["overseen"]["panel"]


def test_no_script_has_failed(seen: dict[str, Any]) -> None:
	assert seen["errors"] == []
