"""Constructed transformers, run by a reader that knows nothing of what they were built for, have the logits of the construction."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import transformer  # noqa: E402

TINT = shlex.split(os.environ.get("TINT", "tint"))
SMALL = ("--width", "12", "--heads", "2", "--layers", "2", "--window", "24", "--steps", "2", "--warm-up", "1", "--batch", "2")
VARIANTS = {
    "published": (),
    "paper": ("--departures", "paper"),
    "differences across a point": ("--stencil", "central"),
    "two steps of the upper layer": ("--steps", "2", "--layers", "1"),
    "normalisations trained as published": ("--norm-weights", "--rate", "0.01"),
    "normalisations trained as in the paper": ("--norm-weights", "--departures", "paper"),
    "no training": ("--steps", "0"),
    "more prefixes": ("--prefixes", "2"),
}


def tint(*words: str) -> None:
    if shutil.which(TINT[0]) is None:
        pytest.skip(f"'{TINT[0]}' is not there; set TINT to what starts it")
    run = subprocess.run([*TINT, *words], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.fixture(scope="session", params=["gpt2", "opt"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param) / "model"
    tint("train", "--out", str(folder), "--family", request.param, *SMALL)
    return folder


@pytest.mark.parametrize("variant", VARIANTS)
def test_logits_are_those_of_the_construction(model: Path, tmp_path: Path, variant: str) -> None:
    place = tmp_path / "tint"
    tint("construct", "--model", str(model), "--out", str(place), "--example", "9", *VARIANTS[variant])
    assert transformer.compare(place, transformer.Transformer(place))


def test_several_files_are_one_transformer(model: Path, tmp_path: Path) -> None:
    place = tmp_path / "tint"
    tint("construct", "--model", str(model), "--out", str(place), "--file-size", "0.001")
    assert len(list(place.glob("model-*.safetensors"))) > 1
    assert transformer.compare(place, transformer.Transformer(place))


def test_one_wrong_weight_is_noticed(model: Path, tmp_path: Path) -> None:
    place = tmp_path / "tint"
    tint("construct", "--model", str(model), "--out", str(place))
    broken = transformer.Transformer(place)
    name = "Backwardlayer_2_Iter_1.mlp_ln_back.backward.proj_fc.weight"
    wrong = numpy.array(broken.weights[name])
    wrong[0, 0, 0] *= 1 + 1e-6
    broken.weights._tensors[name] = wrong
    assert not transformer.compare(place, broken)


def test_the_config_names_every_tensor_that_the_files_hold(model: Path, tmp_path: Path) -> None:
    place = tmp_path / "tint"
    tint("construct", "--model", str(model), "--out", str(place), "--example", "4")
    read = transformer.Transformer(place)
    held = dict(read.weights._tensors)

    class Noted(dict):
        names: set[str] = set()

        def __getitem__(self, name: str):
            self.names.add(name)
            return held[name]

    read.weights = Noted()
    read.run([1, 2, 3, 4], [1, 1, 0, 0])
    unread = set(json.loads((place / "model.safetensors.index.json").read_text())["weight_map"]) - Noted.names
    assert unread == set()
