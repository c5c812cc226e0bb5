"""Talking to `tint serve`: one process, many questions."""

from __future__ import annotations

import itertools
import json
import subprocess
from types import TracebackType
from typing import Any, Mapping

import numpy.typing as npt

from . import safetensors
from .judging import OracleError, Verdict, command
from .safetensors import Array

Tensors = Mapping[str, npt.ArrayLike]


class Oracle:
    """A running oracle; use it in a `with` statement."""

    def __init__(self, *options: str) -> None:
        try:
            self._process = subprocess.Popen(
                [*command(), "serve", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except FileNotFoundError as error:
            raise OracleError("cannot start the oracle; install the tool tint, or set TINT to what starts it") from error
        self._ids = itertools.count()

    def ask(self, op: str, tensors: Tensors | None = None, **fields: Any) -> tuple[dict[str, Any], dict[str, Array]]:
        """Sends a request and waits for its answer: the header's fields, and tensors."""
        body = safetensors.dumps(tensors) if tensors else b""
        header = {"op": op, "id": next(self._ids), "bytes": len(body), **fields}
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None and sink is not None
        try:
            sink.write(json.dumps(header).encode() + b"\n" + body)
            sink.flush()
        except BrokenPipeError as error:
            raise OracleError("the oracle has ended") from error
        line = source.readline()
        if not line:
            raise OracleError("the oracle has ended")
        answer = json.loads(line)
        data = source.read(answer["bytes"])
        if not answer["ok"]:
            raise OracleError(answer["error"])
        return answer, safetensors.loads(data)[0] if data else {}

    def describe(self) -> dict[str, Any]:
        """Operations and limits."""
        return self.ask("describe")[0]

    def case(self, name: str, suite: str = "modules", shape: str = "24/3/8/12/12", seed: int = 1, **fields: Any) -> tuple[dict[str, Any], dict[str, Array]]:
        """A fresh case: its manifest entry and its tensors by full names."""
        answer, tensors = self.ask("case", case=name, suite=suite, shape=shape, seed=seed, **fields)
        return answer["case"], tensors

    def run(self, module: str, config: Mapping[str, Any], options: Mapping[str, Any], inputs: Tensors) -> dict[str, Array]:
        """What the reference gives on inputs of one's own: expected.*, bound.*, simulated.*, exact.*, trace.*."""
        return self.ask("run", {f"input.{name}": value for name, value in inputs.items()}, module=module, config=config, options=options)[1]

    def explain(self, module: str, config: Mapping[str, Any], options: Mapping[str, Any], inputs: Tensors, answers: Tensors) -> Verdict:
        """The verdict on answers to inputs of one's own, and the mistake that they look like."""
        tensors = {f"input.{name}": value for name, value in inputs.items()} | {f"answer.{name}": value for name, value in answers.items()}
        answer, _ = self.ask("explain", tensors, module=module, config=config, options=options)
        return Verdict.of(answer["verdict"], json.dumps(answer["verdict"], indent=1))

    def close(self) -> None:
        """Ends the oracle."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=60)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> "Oracle":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
