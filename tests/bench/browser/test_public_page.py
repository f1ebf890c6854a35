"""The page without login under bad input, by real requests: nothing is stored that should not be.

`POSTS` says how many requests the flood has; the default keeps the test short.
"""

import io
import json
import os
import secrets
import struct
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pytest
from served import Bench

SCENE = "customer_grading.tests.survey_scene"
POSTS = int(os.environ.get("POSTS", "120"))
FORM = "application/x-www-form-urlencoded"
AT_ONCE = 8
FLOOD_AT_ONCE = 128
"""Who floods does not wait for answers."""


class Answer(NamedTuple):
	"""What the site has answered."""

	status: int
	text: str


@pytest.fixture(scope="module")
def scene(bench: Bench) -> Iterator[dict[str, Any]]:
	password = secrets.token_urlsafe(18)
	made = bench.execute(f"{SCENE}.make", mark=secrets.token_hex(3), password=password, surveys_to_answer=6)
	yield made
	users = [side["user"] for side in made["sides"]]
	bench.execute(f"{SCENE}.strike", customers=made["customers"], users=users)


@pytest.fixture(autouse=True)
def anew(bench: Bench) -> None:
	"""Nobody is counted for what an earlier test has sent."""
	bench.execute("customer_grading.tests.survey_case.forget_limits")


@pytest.fixture
def keys(scene: dict[str, Any]) -> list[str]:
	"""Keys of surveys that are open: each test takes what it needs."""
	return scene["sides"][0]["keys"]


def stored(bench: Bench, scene: dict[str, Any]) -> dict[str, Any]:
	return bench.execute(f"{SCENE}.stored", customers=scene["customers"])


def request(url: str, body: bytes | str | None, kind: str = FORM, **headers: str) -> Answer:
	"""Post something to the page, or open it."""
	connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
	method = "GET" if body is None else "POST"
	path = headers.pop("path", "/satisfaction")
	sent = {"Content-Type": kind, "Accept": "text/html", **headers}
	try:
		connection.request(method, path, body, sent)
		response = connection.getresponse()
		return Answer(response.status, response.read().decode("utf-8", "replace"))
	finally:
		connection.close()


def form(**fields: str) -> str:
	return urlencode(fields)


def upload(fields: dict[str, str], *files: tuple[str, bytes]) -> tuple[bytes, str]:
	"""A form with files, as browsers send it."""
	edge, body = f"----{secrets.token_hex(8)}", io.BytesIO()
	for name, value in fields.items():
		body.write(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
	for name, content in files:
		head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
		body.write(head.encode() + b"Content-Type: image/png\r\n\r\n" + content + b"\r\n")
	body.write(f"--{edge}--\r\n".encode())
	return body.getvalue(), f"multipart/form-data; boundary={edge}"


def png() -> bytes:
	"""The smallest image that there is."""

	def chunk(kind: bytes, content: bytes) -> bytes:
		return (
			struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
		)

	head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
	return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


def test_a_flood_is_bounded_and_stores_nothing(
	bench: Bench, url: str, scene: dict[str, Any], keys: list[str]
) -> None:
	before = stored(bench, scene)
	forged = f"{keys[0][:43]}.{'A' * 22}"
	bodies = [
		form(key=forged, step="answer", answer="E", reason="<script>alert(1)</script>" * 40),
		form(key="x" * 9000, step="answer", answer="A"),
		form(step="complaint", description="x"),
		form(key=keys[0], step="answer", answer="Z"),
	]
	begin, sent = time.monotonic(), []

	def post(number: int) -> Answer:
		sent.append(time.monotonic() - begin)
		return request(url, bodies[number % 4])

	with ThreadPoolExecutor(FLOOD_AT_ONCE) as pool:
		answers = list(pool.map(post, range(POSTS)))
	seconds = time.monotonic() - begin
	codes = Counter(answer.status for answer in answers)
	told = json.dumps({"posts": POSTS, "sent_within": max(sent), "seconds": seconds, "codes": codes})
	print(told)
	assert set(codes) <= {404, 422, 429}, told
	# Of one address, in each minute that the flood lasts, no more are looked at.
	assert POSTS - codes[429] <= 20 * (2 + seconds // 60), told
	assert all("Traceback" not in answer.text for answer in answers)
	assert stored(bench, scene) == before
	assert request(url, None, path="/api/method/ping").status == 200


def test_of_many_answers_at_once_one_is_stored(
	bench: Bench, url: str, scene: dict[str, Any], keys: list[str]
) -> None:
	before = len(stored(bench, scene)["answers"])
	with ThreadPoolExecutor(AT_ONCE) as pool:
		answers = list(
			pool.map(lambda level: request(url, form(key=keys[1], step="answer", answer=level)), "AABBCCAB")
		)
	codes = Counter(answer.status for answer in answers)
	assert codes[200] == 1
	assert codes[200] + codes[410] == len(answers)
	assert len(stored(bench, scene)["answers"]) == before + 1


@pytest.mark.parametrize(
	("body", "kind", "codes"),
	[
		(b"", FORM, {404}),
		(b"%00%ff%fe=%c3%28&key=%00", FORM, {404}),
		(b"key=" + b"%F0%9F%98%80" * 5000, FORM, {404}),
		(b"&".join(b"a%d=1" % number for number in range(5000)), FORM, {404, 413}),
		(b'{"key": ["x"]}', "application/json", {403}),
		(b"[]", "application/json", {403, 404, 417, 500}),
		(b"not json", "application/json", {400, 403, 417, 500}),
		(b"--x\r\nbroken", "multipart/form-data; boundary=x", {403, 404}),
		(b"anything", "multipart/form-data", {400, 403, 404}),
		(b"x" * 100, "text/plain", {403}),
	],
)
def test_what_is_no_form_changes_nothing(
	bench: Bench, url: str, scene: dict[str, Any], body: bytes, kind: str, codes: set[int]
) -> None:
	before = stored(bench, scene)
	answer = request(url, body, kind)
	assert answer.status in codes
	# What is no JSON, though it says so, Frappe refuses by itself before any page is asked.
	assert answer.status == 500 or "Traceback" not in answer.text
	after = stored(bench, scene)
	assert {**after, "errors": 0} == {**before, "errors": 0}


def test_a_request_that_is_too_large_is_refused_as_a_whole(
	bench: Bench, url: str, scene: dict[str, Any], keys: list[str]
) -> None:
	before = stored(bench, scene)
	body, kind = upload({"key": keys[2], "step": "complaint"}, ("big.png", png() + b"\0" * 26 * 1024 * 1024))
	# A server that hangs up without reading all of it has refused, too.
	with suppress(OSError):
		assert request(url, body, kind).status == 413
	assert stored(bench, scene) == before
	assert request(url, None, path="/api/method/ping").status == 200


def test_a_complaint_with_a_file_that_is_none_is_refused_and_one_with_a_photo_is_filed(
	bench: Bench, url: str, scene: dict[str, Any], keys: list[str]
) -> None:
	assert request(url, form(key=keys[3], step="answer", answer="E", reason="Broken")).status == 200
	before = stored(bench, scene)
	fields = {"key": keys[3], "step": "complaint", "description": "<script>alert(1)</script> broken"}
	for name, content in (
		("x.png", b"<script>alert(1)</script>"),
		("../../x.php", b"<?php ?>"),
		("x.svg", b"<svg onload='alert(1)'/>"),
		("x.png", png()[:30]),
		("x.png", png() + b"\0" * 6 * 1024 * 1024),
	):
		answer = request(url, *upload(fields, ("good.png", png()), (name, content)))
		assert answer.status in (413, 415, 422)
		assert 'role="alert"' in answer.text
		assert "<script>alert" not in answer.text
	assert stored(bench, scene) == before
	answer = request(url, *upload(fields, ("good.png", png())))
	assert answer.status == 200
	after = stored(bench, scene)
	assert len(after["complaints"]) == len(before["complaints"]) + 1
	(file,) = after["files"]
	assert file["is_private"] == 1
	assert request(url, None, path=file["file_url"]).status == 403
	public = request(url, None, path=f"/files/{file['file_url'].rpartition('/')[2]}")
	assert public.status != 200
	assert "PNG" not in public.text
	assert request(url, *upload(fields, ("good.png", png()))).status == 410
	assert stored(bench, scene) == after


def test_a_form_of_another_site_is_refused(url: str, keys: list[str]) -> None:
	answer = request(url, form(key=keys[4], step="answer", answer="E"), Origin="https://evil.example")
	assert answer.status == 403
	assert "was not sent from our page" in answer.text
	assert request(url, None, path=f"/satisfaction?key={quote(keys[4])}").status == 200
