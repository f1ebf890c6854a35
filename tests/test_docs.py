"""What the documentation says is what the product does."""

import re
from pathlib import Path

import pytest

from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import loads

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r'\]\(([^)#:\s]+)(?:#[^)\s]*)?(?: "[^"]*")?\)')


def test_the_policy_page_shows_the_shipped_policy() -> None:
	page = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
	shown = page.partition("```toml\n")[2].partition("```")[0]
	assert loads(shown) == Policy.default()
	assert shown.count(" = ") > 50


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
	for target in LINK.findall(page.read_text(encoding="utf-8")):
		assert (page.parent / target).exists(), target


def test_both_readmes_name_the_same_commands_and_pages() -> None:
	english = (ROOT / "README.md").read_text(encoding="utf-8")
	chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
	for name in (
		"make demo",
		"make test",
		"--print-policy",
		"docs/preview.md",
		"docs/policy.md",
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


def test_there_are_guides_in_chinese_for_whoever_works_on_the_desk() -> None:
	assert GUIDES == ["complaints.md", "erpnext.md", "order-desk.md", "surveys.md"]
