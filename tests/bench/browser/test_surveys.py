"""Customers in the browser: a survey on a telephone without scripts, and the portal."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served import Bench, pictures
from test_public_page import SCENE, png

SCRIPT = Path(__file__).with_name("surveys.py")


@pytest.fixture(scope="module")
def password() -> str:
	return secrets.token_urlsafe(18)


@pytest.fixture(scope="module")
def scene(bench: Bench, password: str) -> Iterator[dict[str, Any]]:
	made = bench.execute(f"{SCENE}.make", mark=secrets.token_hex(3), password=password, surveys_to_answer=2)
	yield made
	users = [side["user"] for side in made["sides"]]
	bench.execute(f"{SCENE}.strike", customers=made["customers"], users=users)


@pytest.fixture(scope="module")
def seen(
	bench: Bench,
	browser_python: str,
	url: str,
	scene: dict[str, Any],
	password: str,
	tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
	photo = tmp_path_factory.mktemp("photos") / "tap.png"
	photo.write_bytes(png())
	return bench.work(browser_python, SCRIPT, url, json.dumps(scene), password, str(photo), *pictures())


def test_a_dissatisfied_customer_answers_on_a_telephone_and_complains(
	bench: Bench, seen: dict[str, Any], scene: dict[str, Any]
) -> None:
	phone = seen["phone"]
	assert "How satisfied are you with us?" in phone["asked"]
	assert not phone["wide"]
	assert "We are sorry that you are not satisfied." in phone["offered"]
	assert "We have filed your complaint under the number CC-" in phone["thanked"]
	assert "This link can be used only once." in phone["again"]
	kept = bench.execute(f"{SCENE}.stored", customers=scene["customers"][:1])
	assert [(each["answer"], each["reason"]) for each in kept["answers"]] == [
		("D", "The tap drips since Monday.")
	]
	assert {each["source"] for each in kept["complaints"]} == {"Survey", "Portal"}
	assert [file["is_private"] for file in kept["files"]] == [1, 1]


def test_the_page_speaks_the_language_of_the_browser(seen: dict[str, Any]) -> None:
	assert seen["chinese"]["language"] == "zh"
	assert "您对我们满意吗" in seen["chinese"]["asked"]
	assert "链接无效" in seen["chinese"]["forged"]


def test_a_customer_raises_a_complaint_on_the_portal_and_finds_it(seen: dict[str, Any]) -> None:
	portal = seen["portal"]
	assert "Oven door" not in portal["before"]
	assert "It opens by itself while baking." in portal["filed"]
	assert "Oven door does not close" in portal["listed"]
	assert "Received" in portal["listed"]
	assert portal["own"] == 200


def test_another_customer_gets_nothing_of_it(seen: dict[str, Any]) -> None:
	assert not any(seen["stranger"]["told"].values()), seen["stranger"]
	codes = seen["stranger"]["codes"]
	assert codes["page"] == 404
	assert {code for what, code in codes.items() if what != "page"} <= {403, 404}


def test_no_script_of_a_page_has_failed(seen: dict[str, Any]) -> None:
	assert seen["errors"] == []
