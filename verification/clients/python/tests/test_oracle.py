"""What the oracle says of a correct step and of broken ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from broken import VARIANTS
from hypothesis import HealthCheck, given, settings
from tint_step import TintStep

from tint_oracle import CaseSet, Oracle, OracleError, assert_matches, judge, judge_folder, write_answers

EXPECTED = {
    "transposed": ("backward0.layer1.attention.output", "linear.backward-untransposed"),
    "mean": ("updated0.layer1.mlp.outer.weight", "linear.gradient-averaged"),
    "sees_next": ("forward0.layer0.attention.heads", "attention.sees-next"),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_step_in_numpy_agrees_on_every_case(models: CaseSet, tmp_path: Path, dtype: str) -> None:
    for case in models:
        write_answers(tmp_path, case, TintStep(case, dtype).answers())
    verdicts = judge_folder(models.directory, tmp_path)
    assert len(verdicts) == len(models)
    assert [verdict.case for verdict in verdicts if not verdict.agrees] == [], verdicts[0].text
    assert [verdict.looks_like for verdict in verdicts if verdict.looks_like] == []


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_a_broken_step_is_caught_at_its_module_and_named(models: CaseSet, name: str) -> None:
    case = models["TinT.gpt2.one_step"]
    verdict = judge(case, VARIANTS[name](case).answers(), models.directory)
    assert not verdict.agrees
    assert (verdict.first, verdict.looks_like[0]) == EXPECTED[name], verdict.text


def test_an_assertion_has_the_verdict_in_its_message(modules: CaseSet) -> None:
    case = modules["LinearForward.a"]
    x, w, b = case.natural("signal"), case.natural("weight"), case.natural("bias")
    y = case.rho * (x @ w.swapaxes(-1, -2) + b[:, None, :])
    assert_matches(case, {"signal": y}, modules.directory)
    with pytest.raises(AssertionError, match="linear.transposed-weight"):
        assert_matches(case, {"signal": case.rho * (x @ w + b[:, None, :])}, modules.directory)


def test_linear_forward_on_any_fresh_case() -> None:
    strategies = pytest.importorskip("tint_oracle.strategies")

    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(strategies.fresh_cases(module="LinearForward"))
    def check(case) -> None:  # type: ignore[no-untyped-def]
        x, w, b = case.natural("signal"), case.natural("weight"), case.natural("bias")
        error = np.abs(case.rho * (x @ w.swapaxes(-1, -2) + b[:, None, :]) - case.extra["simulated.signal"])
        assert error.max() <= case.bound("hidden_states").max()

    check()


def test_a_live_oracle_makes_runs_and_explains(modules: CaseSet) -> None:
    with Oracle() as oracle:
        assert "explain" in oracle.describe()["operations"]
        entry, tensors = oracle.case("LinearForward.a", shape="6/2/2/8/5", seed=5)
        inputs = {name[6:]: value for name, value in tensors.items() if name.startswith("input.")}
        again = oracle.run(entry["module"], entry["config"], entry["options"], inputs)
        assert (again["expected.hidden_states"] == tensors["expected.hidden_states"]).all()
        verdict = oracle.explain(entry["module"], entry["config"], entry["options"], inputs, {"signal": -tensors["simulated.signal"]})
        assert not verdict.agrees and "residual.sign" in verdict.looks_like
        with pytest.raises(OracleError, match="one of describe"):
            oracle.ask("fly")
        assert oracle.describe()["ok"]
