"""Hypothesis strategies for cases; importing this needs Hypothesis."""

from __future__ import annotations

import os
import subprocess
import tempfile
from functools import lru_cache
from typing import Sequence

from hypothesis import strategies as st

from .cases import Case, CaseSet
from .judging import OracleError, command


def cases_of(cases: CaseSet, module: str | None = None) -> st.SearchStrategy[Case]:
    """Cases of a set, of one module if that is given; shrinks towards the first."""
    names = [name for name in cases.ids if module is None or name.split(".")[0] == module]
    if not names:
        raise ValueError(f"the set has no case of module '{module}'")
    return st.sampled_from(names).map(lambda name: cases[name])


@st.composite
def fresh_cases(draw: st.DrawFn, suite: str = "modules", shapes: Sequence[str] = ("6/2/2/8/5",), module: str | None = None) -> Case:
    """A fresh case of a random seed and one of some shapes, made by `tint cases new`; a seed's set is made once."""
    seed, shape = draw(st.integers(0, 99)), draw(st.sampled_from(list(shapes)))
    return draw(cases_of(_fresh(suite, shape, seed), module))


@lru_cache(maxsize=None)
def _fresh(suite: str, shape: str, seed: int) -> CaseSet:
    folder = os.path.join(_scratch().name, f"{suite}-{shape.replace('/', '-')}-{seed}")
    words = [*command(), "cases", "new", "--suite", suite, "--shapes", shape, "--seed", str(seed), "--out", folder]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    if run.returncode:
        raise OracleError(run.stderr.strip() or f"tint ended with exit code {run.returncode}")
    return CaseSet(folder)


@lru_cache(maxsize=None)
def _scratch() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="tint-cases-")
