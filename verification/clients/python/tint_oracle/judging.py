"""Judging answers with `tint judge`, from pytest or anywhere."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy.typing as npt

from .cases import Case, write_answers


class OracleError(RuntimeError):
    """The oracle could not be asked, or refused the question."""


def command() -> list[str]:
    """What starts the oracle: the environment variable TINT, split as a shell does, or `tint` on the path."""
    return shlex.split(os.environ.get("TINT", "tint"))


@dataclass(frozen=True)
class Verdict:
    """What was said of the answers to one case."""

    case: str
    agrees: bool
    first: str | None
    place: str | None
    looks_like: Sequence[str]
    tensors: Mapping[str, str]
    text: str

    @staticmethod
    def of(row: Mapping[str, Any], text: str) -> "Verdict":
        names = [item["name"] for tensor in row["tensors"] for item in tensor["looks_like"]] + [item["name"] for item in row["looks_like"]]
        return Verdict(
            case=row["id"],
            agrees=row["agrees"],
            first=row.get("first"),
            place=row.get("place"),
            looks_like=list(dict.fromkeys(names)),
            tensors={tensor["name"]: tensor["verdict"] for tensor in row["tensors"]},
            text=text,
        )


def judge_folder(cases: str | os.PathLike[str] | None, answers: str | os.PathLike[str], name: str = "yours") -> list[Verdict]:
    """Judges a folder of answers; `cases` is the set, None for the cases that ship."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "verdict.json"
        words = [*command(), "judge", "--answers", os.fspath(answers), "--name", name, "--json", os.fspath(report)]
        if cases is not None:
            words += ["--cases", os.fspath(cases)]
        try:
            run = subprocess.run(words, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise OracleError(f"cannot start '{words[0]}'; install the tool tint, or set TINT to what starts it") from error
        if not report.exists():
            raise OracleError(run.stderr.strip() or f"tint ended with exit code {run.returncode}")
        document = json.loads(report.read_text(encoding="utf-8"))
        return [Verdict.of(row, run.stdout) for row in document["judged"]]


def judge(case: Case, answers: Mapping[str, npt.ArrayLike], cases: str | os.PathLike[str] | None = None, name: str = "yours") -> Verdict:
    """Judges the answers to one case."""
    with tempfile.TemporaryDirectory() as folder:
        write_answers(folder, case, answers)
        return judge_folder(cases, folder, name)[0]


def assert_matches(case: Case, answers: Mapping[str, npt.ArrayLike], cases: str | os.PathLike[str] | None = None) -> None:
    """For pytest: fails with the oracle's verdict as the message where the answers differ from what the case expects."""
    __tracebackhide__ = True
    verdict = judge(case, answers, cases)
    if not verdict.agrees:
        raise AssertionError(f"{case.id} does not agree\n{verdict.text}")
