"""Cases: sets of files with a manifest, in the format of the fixtures."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping

import numpy.typing as npt

from . import safetensors
from .safetensors import Array


class CaseError(ValueError):
    """A set or a case cannot be used."""


@dataclass(frozen=True)
class Case:
    """One case: a module or a whole model (TinT), its configuration, what goes in and what is expected."""

    id: str
    module: str
    dtype: str
    config: Mapping[str, Any]
    options: Mapping[str, Any]
    inputs: Mapping[str, Array]
    expected: Mapping[str, Array]
    extra: Mapping[str, Array] = field(default_factory=dict)
    notes: str = ""

    def natural(self, name: str) -> Array:
        """An input in the auxiliary model's own shape: signal [B x T x D], weight [B x D x D], memory_x and so on; fresh cases have them."""
        return self.extra[f"natural.{name}"]

    def bound(self, name: str) -> Array:
        """What rounding can explain of a difference from expected[name], entry by entry or one number for all; fresh cases have it."""
        return self.extra[f"bound.{name}"]

    @property
    def rho(self) -> float:
        """tanh G, what a gate leaves of what it lets through; 1 where the case is about the paper's intent."""
        import math

        return 1.0 if self.config.get("departures") == "paper" else math.tanh(self.config["gate_scale"])


class CaseSet:
    """A directory with a manifest.json."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.directory = Path(directory)
        try:
            manifest = json.loads((self.directory / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise CaseError(f"a set of cases must have a manifest.json; there is none in '{self.directory}'") from error
        if manifest.get("format") != 1:
            raise CaseError(f"the manifest's format must be 1; got {manifest.get('format')!r}")
        self._entries: dict[str, Any] = {entry["id"]: entry for entry in manifest["cases"]}

    @property
    def ids(self) -> list[str]:
        """The ids of the cases."""
        return list(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Case]:
        return (self[name] for name in self._entries)

    def __getitem__(self, name: str) -> Case:
        if name not in self._entries:
            raise CaseError(f"no case '{name}' among {len(self)} cases of '{self.directory}'")
        entry = self._entries[name]
        path = self.directory / entry["file"]
        path = path if path.exists() else self.directory / "cases" / entry["file"]
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise CaseError(f"{path.name}: the file must be the one that the manifest lists; its SHA-256 is another")
        tensors, _ = safetensors.loads(data)
        known = ("input.", "expected.", "constructed.")
        return Case(
            id=name,
            module=entry["module"],
            dtype=entry["dtype"],
            config=entry.get("config", entry.get("hf_config", {})),
            options=entry["options"],
            inputs=_part(tensors, "input."),
            expected=_part(tensors, "expected."),
            extra={key: value for key, value in tensors.items() if not key.startswith(known)},
            notes=entry.get("notes", ""),
        )


def write_answers(directory: str | os.PathLike[str], case: Case | str, answers: Mapping[str, npt.ArrayLike]) -> Path:
    """Writes answers to a case where `tint judge --answers DIRECTORY` finds them."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{case if isinstance(case, str) else case.id}.safetensors"
    safetensors.save(path, answers)
    return path


def _part(tensors: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}
