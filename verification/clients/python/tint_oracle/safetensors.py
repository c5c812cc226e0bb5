"""Reads and writes safetensors files: an 8-byte little-endian header length, a JSON header, then the tensors' bytes."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]

_TYPES: dict[str, str] = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1", "U8": "<u1", "BOOL": "|b1",
}
_NAMES: dict[str, str] = {np.dtype(kind).str: name for name, kind in _TYPES.items()}
_LONGEST_HEADER = 100_000_000


class FormatError(ValueError):
    """A file is no safetensors file, or a damaged one."""


def loads(data: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    """The tensors and the metadata of a file's bytes."""
    if len(data) < 8:
        raise FormatError(f"a safetensors file must begin with 8 bytes of length; got {len(data)} bytes")
    (length,) = struct.unpack("<Q", data[:8])
    if length > min(len(data) - 8, _LONGEST_HEADER):
        raise FormatError(f"the header must fit the file; got a length of {length} in {len(data)} bytes; the file may be half-written")
    try:
        header = json.loads(data[8 : 8 + length])
    except ValueError as error:
        raise FormatError(f"the header must be JSON; {error}") from error
    body = memoryview(data)[8 + length :]
    metadata = header.pop("__metadata__", {})
    tensors: dict[str, Array] = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] not in _TYPES:
            raise FormatError(f"tensor '{name}': the type {entry['dtype']} is not read")
        if not 0 <= begin <= end <= len(body):
            raise FormatError(f"tensor '{name}': bytes {begin} to {end} lie outside of the file; it may be half-written")
        values = np.frombuffer(body[begin:end], dtype=_TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors, metadata


def dumps(tensors: Mapping[str, npt.ArrayLike], metadata: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a file; entries are written row-major whatever their order in memory."""
    arrays = {name: np.asarray(value) for name, value in tensors.items()}
    header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    body, offset = [], 0
    for name, value in sorted(arrays.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
        kind = value.dtype.newbyteorder("<").str if value.dtype.itemsize > 1 else value.dtype.str
        if kind not in _NAMES:
            raise FormatError(f"tensor '{name}': the type {value.dtype} cannot be written")
        data = np.ascontiguousarray(value).astype(kind, copy=False).tobytes()
        header[name] = {"dtype": _NAMES[kind], "shape": list(value.shape), "data_offsets": [offset, offset + len(data)]}
        body.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(body)


def load(path: str | os.PathLike[str]) -> tuple[dict[str, Array], dict[str, str]]:
    """The tensors and the metadata of a file."""
    return loads(Path(path).read_bytes())


def save(path: str | os.PathLike[str], tensors: Mapping[str, npt.ArrayLike], metadata: Mapping[str, str] | None = None) -> None:
    """Writes a file; it appears under its name only when it is whole."""
    target = Path(path)
    temporary = target.with_name(target.name + ".tmp")
    temporary.write_bytes(dumps(tensors, metadata))
    temporary.replace(target)
