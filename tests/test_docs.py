"""What the documentation says is what the product does."""

import re
from pathlib import Path

import pytest

from customer_grading.preview.language import CATALOGUES, language_of
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import dumps, loads

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r'\]\(([^)#:\s]+)(?:#[^)\s]*)?(?: "[^"]*")?\)')


def shown_policy(folder: str) -> str:
	page = (ROOT / folder / "policy.md").read_text(encoding="utf-8")
	return page.partition("```toml\n")[2].partition("```")[0]


@pytest.mark.parametrize("folder", ["docs", "docs/zh"])
def test_the_policy_page_shows_the_shipped_policy(folder: str) -> None:
	shown = shown_policy(folder)
	assert loads(shown) == Policy.default()
	assert shown.count(" = ") > 50


def test_the_policy_page_in_chinese_tells_each_setting_as_its_form_does() -> None:
	chinese = language_of("zh")
	catalogue = (CATALOGUES / "zh.csv").read_text(encoding="utf-8")
	_, *meanings = re.findall("^# (.+)$", dumps(Policy.default()), re.MULTILINE)
	_, *told = re.findall("^# (.+)$", shown_policy("docs/zh"), re.MULTILINE)
	for meaning, comment in zip(meanings, told, strict=True):
		assert re.findall(r"R\d+", comment) == re.findall(r"R\d+", meaning)
		known, plain = re.sub(r" \(R\d+\)", "", meaning), re.sub(r"（R\d+）", "", comment)
		translated = chinese.translate(known)
		# The form tells the scales in one text, which has no translation of each alone.
		assert plain == translated or (translated == known and f"：{plain}" in catalogue), meaning


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
	for target in LINK.findall(page.read_text(encoding="utf-8")):
		assert (page.parent / target).exists(), target


def test_both_readmes_name_the_same_commands() -> None:
	english = (ROOT / "README.md").read_text(encoding="utf-8")
	chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
	for name in (
		"make demo",
		"make test",
		"--print-policy",
		"bench --site SITE install-app customer_grading",
		"customer-grading-demo",
		"CHANGELOG.md",
	):
		assert name in english
		assert name in chinese


GUIDES = sorted(page.name for page in ROOT.glob("docs/zh/*.md"))


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_in_chinese_is_named_by_its_readme_and_by_the_english_one(guide: str) -> None:
	assert f"(docs/{guide})" in (ROOT / "README.md").read_text(encoding="utf-8")
	assert f"(docs/zh/{guide})" in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
	assert f"(zh/{guide})" in (ROOT / "docs" / guide).read_text(encoding="utf-8")
	assert f"(../{guide})" in (ROOT / "docs/zh" / guide).read_text(encoding="utf-8")


def test_every_guide_is_there_in_chinese() -> None:
	assert sorted(page.name for page in ROOT.glob("docs/*.md")) == GUIDES
