"""The scripts in ``.ci/`` that check words and commit messages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.pages import ROOT


@pytest.fixture
def run_script(tmp_path):
    """Return a function that runs a script on a file with the given text."""

    def run(script, name, text):
        file = tmp_path / name
        file.write_text(text)
        command = [sys.executable, ROOT / ".ci" / script, file]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize(
    "message",
    [
        "Add a store",
        "Feed the cache",
        "Process retries first",
        "Focus the form\n\nThe body may say: it was added.",
        "# A comment of git\n\nAdd a store",
        'Revert "The old subject that was much too long for the limit of today"',
        "fixup! Added",
    ],
)
def test_valid_commit_message_is_accepted(run_script, message):
    assert run_script("check_commit_message.py", "message", message).returncode == 0


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("Add " + "x" * 57, "61 characters"),
        ("Add a store.", "full stop"),
        ("Added a store", "'Added'"),
        ("Adding a store", "'Adding'"),
        ("Adds a store", "'Adds'"),
        ("The store that was added", "'The'"),
        ("# Only a comment", "empty"),
    ],
)
def test_invalid_commit_message_is_rejected(run_script, message, problem):
    checked = run_script("check_commit_message.py", "message", message)
    assert checked.returncode == 1
    assert problem in checked.stdout


# Escapes keep the phrases of these cases out of a search for them.
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.md", "The revocation state is unknown."),
        ("page.md", "Delete what i\x73 no longer needed."),
        ("page.md", "The test quotes no\x62ody: words: ok"),
        ("data.json", "no\x62ody"),
        ("django.po", 'msgstr "no\x62ody"'),
    ],
)
def test_plain_text_is_accepted(run_script, name, text):
    assert run_script("check_words.py", name, text).returncode == 0


@pytest.mark.parametrize(
    ("name", "text", "phrase"),
    [
        ("page.md", "No\x62ody can say.", "No\x62ody"),
        ("module.py", "# Who\x65ver asks", "Who\x65ver"),
        ("page.md", "Each d\x6for answers.", "d\x6for"),
        ("django.po", 'msgid "Some\x62ody is here."', "Some\x62ody"),
    ],
)
def test_phrase_is_reported_with_its_line(run_script, name, text, phrase):
    checked = run_script("check_words.py", name, f"\n{text}\n")
    assert checked.returncode == 1
    assert f"{name}:2: {phrase!r}" in checked.stdout
