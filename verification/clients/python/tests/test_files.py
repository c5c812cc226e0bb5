"""What needs no oracle: the file format, slots, sets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tint_oracle import CaseError, CaseSet, FormatError, slots
from tint_oracle.safetensors import dumps, loads


@given(st.dictionaries(st.text(min_size=1, max_size=8).filter(lambda name: name != "__metadata__"), arrays.arrays(
    st.sampled_from([np.float64, np.float32, np.int64]), arrays.array_shapes(min_dims=0, max_dims=3, max_side=4)), max_size=4))
def test_what_is_written_is_read(tensors: dict[str, np.ndarray]) -> None:
    read, _ = loads(dumps(tensors))
    assert read.keys() == tensors.keys()
    for name, value in tensors.items():
        assert read[name].dtype == value.dtype and read[name].tobytes() == np.ascontiguousarray(value).tobytes()


def test_fortran_order_in_memory_is_row_major_in_the_file() -> None:
    value = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert (loads(dumps({"x": value}))[0]["x"] == value).all()


@given(st.integers(0, 200))
def test_a_cut_file_is_refused(length: int) -> None:
    data = dumps({"x": np.arange(20.0)})
    if length < len(data):
        with pytest.raises(FormatError):
            loads(data[:length])


@given(st.integers(1, 4), st.integers(3, 5))
def test_prefixes_hold_what_was_stacked(prefixes: int, rows: int) -> None:
    width = prefixes * rows
    weight, bias = np.arange(float(width * width)).reshape(width, width), np.arange(float(width))
    states = slots.stack(weight, bias, prefixes, width * (rows + 1))
    again, offset = slots.unstack(states, width)
    assert (again == weight).all() and (offset == bias).all()


def test_a_folder_without_a_manifest_and_a_changed_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="manifest.json"):
        CaseSet(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1, "cases": [
        {"id": "a", "module": "TinT", "file": "a.safetensors", "dtype": "float64", "options": {}, "sha256": "0" * 64}]}))
    (tmp_path / "a.safetensors").write_bytes(dumps({"input.x": np.zeros(1)}))
    with pytest.raises(CaseError, match="SHA-256"):
        CaseSet(tmp_path)["a"]
