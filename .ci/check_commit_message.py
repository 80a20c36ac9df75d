"""Check the subject of a commit message: ``check_commit_message.py FILE``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

MAX_SUBJECT_LENGTH = 60

# First words that are not imperatives: articles and pronouns, past tenses, gerunds, and third persons.
NOT_IMPERATIVE = re.compile(
    r"(a|an|the|what|who|whoever|each|every|all|where|no|one|its?|on|of|with"
    r"|[a-z]+ed|[a-z]+ing|[a-z]+[^su]s)",
    re.IGNORECASE,
)
IMPERATIVES = {"embed", "exceed", "feed", "need", "proceed", "speed", "bring", "ping", "string"}

# Subjects that git writes.
GENERATED = re.compile(r"(Merge |Revert \"|(fixup|squash|amend)! )")


def subject_of(message: str) -> str:
    """Return the first line that is neither empty nor a comment."""
    lines = (line.strip() for line in message.splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "")


def problems(message: str) -> Iterator[str]:
    """Yield what is wrong with the subject."""
    subject = subject_of(message)
    first_word = subject.partition(" ")[0].rstrip(":,")
    if GENERATED.match(subject):
        return
    if not subject:
        yield "The message is empty."
    if len(subject) > MAX_SUBJECT_LENGTH:
        yield f"The subject has {len(subject)} characters. Use at most {MAX_SUBJECT_LENGTH}."
    if subject.endswith("."):
        yield "The subject ends with a full stop. Remove it."
    if NOT_IMPERATIVE.fullmatch(first_word) and first_word.lower() not in IMPERATIVES:
        yield f"The subject begins with {first_word!r}. Begin with an imperative, such as 'Add'."


if __name__ == "__main__":
    found = [*problems(Path(sys.argv[1]).read_text())]
    print(*found, sep="\n")
    sys.exit(bool(found))
