"""A small set of fresh whole models, made once by the oracle; tests that need it skip where there is no oracle."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "examples")]

from tint_oracle import CaseSet  # noqa: E402
from tint_oracle.judging import command  # noqa: E402


def _make(suite: str, folder: Path, *more: str) -> CaseSet:
    words = command()
    if shutil.which(words[0]) is None:
        pytest.skip(f"no oracle: '{words[0]}' is not there; set TINT to what starts it")
    run = subprocess.run([*words, "cases", "new", "--suite", suite, "--seed", "5", "--shapes", "6/2/2/8/5", "--out", str(folder), *more],
                         capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return CaseSet(folder)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> CaseSet:
    return _make("models", tmp_path_factory.mktemp("models") / "set", "--family", "gpt2")


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> CaseSet:
    return _make("modules", tmp_path_factory.mktemp("modules") / "set")
