"""A network on the processor: OpenVINO with as many threads as allowed, in bf16 where the processor has it."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Run = Callable[[Floats], Floats]
"""Takes one batch, gives the network's answer; the answer is only good until the next call."""

_SHAPES = 6
"""Compiled shapes to keep: each costs memory, and the callers use few."""


def load(path: Path, threads: int) -> Run:
    """Load a network of one input and one output."""
    core = _library().Core()
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,  # it puts all worker processes on the same core
        "CPU_RUNTIME_CACHE_CAPACITY": _SHAPES,
    }
    request = core.compile_model(core.read_model(str(path)), "CPU", settings).create_infer_request()

    def run(batch: Floats) -> Floats:
        answer: Floats = request.infer({0: batch}, share_inputs=True, share_outputs=True)[0]
        return answer

    return run


def _library() -> Any:  # it has no types
    """Import OpenVINO when a picture comes: it takes 100 MB, which a document of text needs not."""
    sys.modules["openvino.tools.ovc"] = None  # type: ignore[assignment]  # it writes to ~ and reports to its makers
    return importlib.import_module("openvino")
