from __future__ import annotations

import sys
from io import StringIO

import pytest
from django.core.management import call_command

from tests.management.fake_terminal import Terminal
from token_revocation import services
from token_revocation.management.commands import revoke_tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def batches_of_one(monkeypatch):
    def revoke_one_by_one(raws, **options):
        return services.revoke_leaked(raws, batch_size=1, **options)

    monkeypatch.setattr(
        revoke_tokens, "services", type("S", (), {"revoke_leaked": revoke_one_by_one})
    )


def progress_of(path, stream):
    call_command("revoke_tokens", f"--from-file={path}", stdout=StringIO(), stderr=stream)
    return stream.getvalue()


def test_progress_is_a_line_for_each_batch(listed, batches_of_one):
    lines = progress_of(listed[0], StringIO()).splitlines()
    assert lines[:2] == ["1 tokens processed", "2 tokens processed"]


def test_progress_is_lines_without_tqdm(listed, batches_of_one, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert "6 tokens processed" in progress_of(listed[0], Terminal())


def test_progress_is_a_bar_on_a_terminal(listed, batches_of_one):
    pytest.importorskip("tqdm")
    shown = progress_of(listed[0], Terminal())
    assert "processed" not in shown
    assert " tokens" in shown
