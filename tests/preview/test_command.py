"""The command `python -m customer_grading.preview`, as users and machines run it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from customer_grading.preview import __main__ as command
from customer_grading.preview.__main__ import main
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import dumps, loads

COMMAND = [sys.executable, "-m", "customer_grading.preview"]
BOOK = """Invoice,Customer,Date,Due Date,Amount,Paid On
SI-1,Anders,2024-01-10,2024-01-20,100.00,2024-01-19
SI-2,Anders,2024-02-10,2024-02-20,250.50,2024-03-05
"""
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class Said(NamedTuple):
	"""What a command said, and the code that it ended with."""

	code: int
	out: str
	err: str


Run = Callable[..., Said]


@pytest.fixture
def source(tmp_path: Path) -> Path:
	path = tmp_path / "invoices.csv"
	path.write_text(BOOK, encoding="utf-8")
	return path


@pytest.fixture
def run_main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
	"""Runs the command within this process, in an empty folder."""
	monkeypatch.chdir(tmp_path)

	def call(*arguments: object) -> Said:
		try:
			code = main([str(argument) for argument in arguments])
		except SystemExit as left:
			code = int(left.code or 0)
		return Said(code, *capsys.readouterr())

	return call


def really_run(*arguments: object, folder: Path, **environment: str) -> Said:
	"""Runs the command in a process of its own."""
	done = subprocess.run(  # noqa: S603  (our own command)
		[*COMMAND, *map(str, arguments)],
		cwd=folder,
		env={**os.environ, **environment},
		capture_output=True,
		check=False,
		encoding="utf-8",
		timeout=60,
	)
	return Said(done.returncode, done.stdout, done.stderr)


def must_be_refused(said: Said) -> str:
	"""What a user is told who gave something unusable: whole sentences, no traceback, nothing else."""
	assert said.code == 2
	assert said.out == ""
	assert "Traceback" not in said.err
	assert not CONTROL.search(said.err)
	assert said.err.endswith(".\n")
	return said.err.strip()


# In a process of its own


def test_a_preview_ends_well_and_says_where_the_report_is(source: Path, tmp_path: Path) -> None:
	said = really_run(source, folder=tmp_path)
	assert (said.code, said.err) == (0, "")
	assert said.out.splitlines()[-1] == f"Report: {Path('credit-preview') / 'report.html'}"
	assert (tmp_path / "credit-preview" / "report.html").exists()
	assert not CONTROL.search(said.out)


def test_a_preview_of_nothing_ends_with_2_and_without_a_traceback(tmp_path: Path) -> None:
	said = really_run("nowhere.csv", folder=tmp_path)
	assert must_be_refused(said).startswith("There is no file or folder called nowhere.csv.")


def test_a_terminal_that_knows_no_chinese_is_no_reason_to_fail(source: Path, tmp_path: Path) -> None:
	said = really_run(source, "--lang", "zh", folder=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
	assert (said.code, said.err) == (0, "")
	assert "\\u" in said.out


def test_a_terminal_shows_progress(source: Path, tmp_path: Path) -> None:
	ours, theirs = pty.openpty()
	fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
	process = subprocess.Popen(  # noqa: S603  (our own command)
		[*COMMAND, source], cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, stdin=subprocess.DEVNULL
	)
	os.close(theirs)
	shown = read_all(ours)
	out, _ = process.communicate(timeout=60)
	assert process.returncode == 0
	assert re.search(r"\r[0-9]+ rows \[", shown)
	assert not CONTROL.search(out.decode())


def read_all(terminal: int) -> str:
	shown = b""
	while True:
		try:
			part = os.read(terminal, 4096)
		except OSError:  # the other side has been closed
			part = b""
		if not part:
			os.close(terminal)
			return shown.decode()
		shown += part


# What is told


def test_a_policy_that_was_printed_can_be_edited_and_used(
	run_main: Run, source: Path, tmp_path: Path
) -> None:
	said = run_main("--print-policy")
	assert (said.code, said.err) == (0, "")
	assert said.out == dumps(Policy.default())
	assert loads(said.out) == Policy.default()
	policy = tmp_path / "policy.toml"
	policy.write_text(said.out.replace("grace_days = 15", "grace_days = 30"), encoding="utf-8")
	assert run_main(source, "--policy", policy).code == 0


def test_the_day_the_language_and_the_folder_are_those_asked_for(
	run_main: Run, source: Path, tmp_path: Path
) -> None:
	said = run_main(source, "--as-of", "2024-01-31", "--lang", "zh", "--out", tmp_path / "elsewhere")
	assert said.code == 0
	assert "2024-01-31" in said.out
	assert not said.out.isascii()
	assert '"as_of": "2024-01-31"' in (tmp_path / "elsewhere" / "summary.json").read_text(encoding="utf-8")


def test_later_documents_are_counted(run_main: Run, source: Path) -> None:
	said = run_main(source, "--as-of", "2024-01-31")
	assert "1 invoices and orders after 2024-01-31 are left out." in said.out.splitlines()


def test_columns_can_be_named(run_main: Run, tmp_path: Path) -> None:
	path = tmp_path / "odd.csv"
	path.write_text(BOOK.replace("Customer", "Abnehmer").replace("Amount", "Summe"), encoding="utf-8")
	assert run_main(path).code == 2
	said = run_main(path, "--map", "customer=Abnehmer", "--map", " amount = Summe ")
	assert (said.code, said.err) == (0, "")
	assert "1 customers, 2 invoices, 350.50 in all" in said.out


def test_help_names_every_option(run_main: Run) -> None:
	said = run_main("--help")
	assert said.code == 0
	for option in ("INPUT", "--as-of", "--policy", "--out", "--map", "--lang", "--terms", "--print-policy"):
		assert option in said.out


# What cannot be used


def test_without_input_the_usage_is_told(run_main: Run) -> None:
	said = run_main()
	assert said.code == 2
	assert "INPUT is missing: name a file of invoices, or a folder" in said.err


@pytest.mark.parametrize("given", ["tomorrow", "2024-02-30", "31.12.2024"])
def test_a_day_that_is_none_is_refused(run_main: Run, source: Path, given: str) -> None:
	told = must_be_refused(run_main(source, f"--as-of={given}"))
	assert told == f"{given} is not a date. Write it as 2025-12-31."


@pytest.mark.parametrize("given", ["1989-12-31", "9999-12-31", "0001-01-01"])
def test_a_day_that_cannot_be_is_refused(run_main: Run, source: Path, given: str) -> None:
	told = must_be_refused(run_main(source, "--as-of", given))
	assert told == (
		f"--as-of {given} lies outside of the years 1990 to 2100. "
		"Give the day up to which the files are to be read, such as 2025-12-31."
	)


def test_the_last_day_that_can_be_is_a_day(run_main: Run, source: Path) -> None:
	assert run_main(source, "--as-of", "2100-12-31").code == 0


def test_a_day_before_everything_leaves_nothing(run_main: Run, source: Path, tmp_path: Path) -> None:
	told = must_be_refused(run_main(source, "--as-of", "2020-01-01"))
	assert told == (
		"No invoice and no order is left of 2 rows up to 2020-01-01; 0 rows were rejected. "
		"See rejected.csv for the reasons, or choose a later --as-of."
	)
	assert (tmp_path / "credit-preview" / "rejected.csv").exists()


@pytest.mark.parametrize("given", ["amount", "=Total", "amount=", " = ", ""])
def test_a_mapping_that_is_none_is_refused(run_main: Run, source: Path, given: str) -> None:
	told = must_be_refused(run_main(source, f"--map={given}"))
	assert told.startswith(f"--map {given} is not of the form column=name.")
	assert told.endswith("with one of our columns on the left and one of your file on the right.")


def test_a_mapping_to_a_column_that_the_file_lacks_names_it(run_main: Run, source: Path) -> None:
	assert "Total" in must_be_refused(run_main(source, "--map", "amount=Total"))


def test_a_mapping_of_a_column_that_nobody_knows_names_it(run_main: Run, source: Path) -> None:
	assert "amuont" in must_be_refused(run_main(source, "--map", "amuont=Amount"))


def test_an_empty_file_is_refused(run_main: Run, tmp_path: Path) -> None:
	(tmp_path / "empty.csv").touch()
	assert "empty.csv" in must_be_refused(run_main("empty.csv"))


def test_a_header_alone_is_refused(run_main: Run, tmp_path: Path) -> None:
	(tmp_path / "header.csv").write_text(BOOK.splitlines()[0] + "\n", encoding="utf-8")
	assert "header.csv" in must_be_refused(run_main("header.csv"))


def test_a_file_of_something_else_is_refused(run_main: Run, tmp_path: Path) -> None:
	(tmp_path / "poem.csv").write_text("roses,red\nviolets,blue\n", encoding="utf-8")
	assert "poem.csv" in must_be_refused(run_main("poem.csv"))


def test_rows_of_which_none_can_be_used_are_refused_and_told(run_main: Run, tmp_path: Path) -> None:
	(tmp_path / "bad.csv").write_text(BOOK.replace("2024-", "2024/13/"), encoding="utf-8")
	must_be_refused(run_main("bad.csv"))
	rejected = (tmp_path / "credit-preview" / "rejected.csv").read_text(encoding="utf-8").splitlines()
	assert len(rejected) == 3


@pytest.mark.parametrize(
	("text", "named"),
	[
		("[order]\ngrace_days = -1\n", "order.grace_days"),
		("[tier]\nearly = 3\n", "tier.early"),
		("[score.weights]\n", "score.weights"),
		('[tier]\nprovisional = "Z"\n', "tier.provisional"),
		("[tier\n", "not readable TOML"),
	],
)
def test_a_bad_policy_is_refused_by_the_name_of_its_setting(
	run_main: Run, source: Path, tmp_path: Path, text: str, named: str
) -> None:
	(tmp_path / "policy.toml").write_text(text, encoding="utf-8")
	assert named in must_be_refused(run_main(source, "--policy", "policy.toml"))


def test_a_policy_that_is_not_there_is_refused(run_main: Run, source: Path) -> None:
	told = must_be_refused(run_main(source, "--policy", "nowhere.toml"))
	assert told.startswith("nowhere.toml could not be read or written: No such file or directory.")


def test_a_folder_that_cannot_be_written_is_refused(run_main: Run, source: Path, tmp_path: Path) -> None:
	(tmp_path / "taken").touch()
	told = must_be_refused(run_main(source, "--out", tmp_path / "taken"))
	assert told.startswith(f"{tmp_path / 'taken'} could not be read or written: File exists.")
	told = must_be_refused(run_main(source, "--out", tmp_path / "taken" / "below"))
	assert "Not a directory" in told


def test_a_problem_without_a_path_names_the_folder(
	run_main: Run, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
	def fails(*_: object) -> None:
		raise OSError("the disk is on fire")

	monkeypatch.setattr("customer_grading.preview.__main__.run", fails)
	told = must_be_refused(run_main(source))
	assert told.startswith("credit-preview could not be read or written: the disk is on fire.")


def test_a_refusal_is_told_in_chinese_too(run_main: Run, source: Path) -> None:
	said = run_main(source, "--as-of", "soon", "--lang", "zh")
	assert said.code == 2
	assert "soon" in said.err
	assert not said.err.isascii()


@pytest.mark.parametrize("option", [("--lang", "fr"), ("--terms", "mine"), ("--nonsense", "1")])
def test_an_option_that_does_not_exist_is_refused(
	run_main: Run, source: Path, option: tuple[str, str]
) -> None:
	said = run_main(source, *option)
	assert said.code == 2
	assert option[1] in said.err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not have such names")
def test_a_file_whose_name_is_no_text_can_be_previewed(tmp_path: Path) -> None:
	name = os.fsdecode(b"inv\xff.csv")
	(tmp_path / name).write_text(BOOK + "SI-3,Anders,never,,1,\n", encoding="utf-8")
	said = really_run(name, folder=tmp_path)
	assert (said.code, said.err) == (0, "")
	assert "inv" in (tmp_path / "credit-preview" / "rejected.csv").read_text(encoding="utf-8")


def test_ctrl_c_ends_with_one_line_and_writes_nothing(
	tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
	def interrupted(*_: object) -> None:
		raise KeyboardInterrupt

	monkeypatch.setattr(command, "run", interrupted)
	assert main([str(tmp_path / "invoices.csv"), "--out", str(tmp_path / "out")]) == 130
	assert capsys.readouterr().err == "Stopped; nothing was written. Run the command again.\n"
	assert not (tmp_path / "out").exists()
