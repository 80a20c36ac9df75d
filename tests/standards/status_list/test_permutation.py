from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_revocation.standards.status_list._permutation import permute

DRAFT = "draft-ietf-oauth-status-list-20"


@pytest.mark.spec(DRAFT, "13.2")
@given(st.integers(1, 300), st.text(max_size=99))
def test_each_index_is_used_exactly_once(size, key):
    assert sorted(permute(i, size, key) for i in range(size)) == list(range(size))


@pytest.mark.spec(DRAFT, "13.2")
def test_index_order_does_not_reveal_issue_order():
    order = [permute(i, 2**20, "key") for i in range(100)]
    assert order != sorted(order)
    assert max(order) - min(order) > 2**19


def test_different_keys_give_different_orders():
    assert [permute(i, 64, "a") for i in range(9)] != [permute(i, 64, "b") for i in range(9)]


@pytest.mark.parametrize("position", [-1, 8])
def test_position_out_of_range_is_rejected(position):
    with pytest.raises(ValueError, match="outside"):
        permute(position, 8, "key")
