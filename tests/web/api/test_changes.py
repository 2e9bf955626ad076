"""What a page is told of a status: patches that make the newer of the older."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from appliance.web.api.changes import merge_patch
from tests.web.api.test_live import merged

KEYS = st.sampled_from("abc")
LEAVES = st.none() | st.integers(0, 2) | st.lists(st.integers(0, 1), max_size=2)
OBJECTS = st.dictionaries(KEYS, LEAVES | st.dictionaries(KEYS, LEAVES | st.dictionaries(KEYS, LEAVES)))


def without_nulls(value: Any) -> Any:
    """RFC 7396 has no null inside of objects."""
    if not isinstance(value, dict):
        return value
    return {key: without_nulls(each) for key, each in value.items() if each is not None}


@given(OBJECTS, OBJECTS)
def test_the_patch_makes_the_later_object_of_the_earlier(before: dict[str, Any], after: dict[str, Any]) -> None:
    patched = merged(without_nulls(before), merge_patch(before, after))
    assert without_nulls(patched) == without_nulls(after)


@given(OBJECTS)
def test_nothing_changed_is_an_empty_patch(same: dict[str, Any]) -> None:
    assert merge_patch(same, same) == {}
