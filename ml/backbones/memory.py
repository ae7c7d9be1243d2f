"""As many pictures at once as the memory holds; fewer when that was too many, and the CPU when one is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import numpy as np

from ml.backbones.engines import Engine
from ml.backbones.extras import EngineError, installed
from ml.types import Floats

MOST_AT_ONCE = 64
UNKNOWN_FREE_BYTES = 2 << 30
FLOATS_PER_TOKEN = 24
HEAD_WIDTH = 64
TOLD_BY = (
    "out of memory",
    "failed to allocate memory",
    "can't allocate memory",
    "cannot allocate memory",
    "bad_alloc",
    "bad allocation",
    "cuda_error_out_of_memory",
    "cublas_status_alloc_failed",
)
log = logging.getLogger(__name__)


class SparingEngine:
    """An engine that splits batches to fit, halves them when memory runs out and then goes on with `spare`.

    `free_bytes` tells the memory that may be had now. Each change of plan is said once, as a warning.
    """

    def __init__(
        self, engine: Engine, width: int, free_bytes: Callable[[], int], spare: Callable[[], Engine] | None
    ) -> None:
        self.engine = engine
        self._width = width
        self._free_bytes = free_bytes
        self._spare = spare
        self._limit = MOST_AT_ONCE

    @property
    def name(self) -> str:
        return self.engine.name

    def run(self, outputs: Sequence[str], images: Floats, patch: int) -> list[Floats]:
        """(B, 3, H, W) -> the outputs of all B pictures. Raises EngineError where not even one fits."""
        tokens = images.shape[2] * images.shape[3] // patch**2
        fits = pictures_at_once(self._free_bytes(), tokens, self._width)
        parts: list[list[Floats]] = []
        start = 0
        while start < len(images):
            batch = images[start : start + min(fits, self._limit)]
            try:
                parts.append(self.engine.run(outputs, batch))
                start += len(batch)
            except Exception as error:
                if not is_lack_of_memory(error):
                    raise
                self._give_way(len(batch), error)
        return parts[0] if len(parts) == 1 else [np.concatenate(found) for found in zip(*parts, strict=True)]

    def _give_way(self, tried: int, error: Exception) -> None:
        if tried > 1:
            self._limit = tried // 2
            log.warning("Not enough memory for %d pictures at once; going on with %d.", tried, self._limit)
        elif self._spare is not None:
            log.warning(
                "Not enough memory on the device of %s for one picture; going on on the CPU.", self.name
            )
            self.engine, self._spare, self._limit = self._spare(), None, MOST_AT_ONCE
        else:
            raise EngineError(
                "There is not enough memory for one picture. Take a smaller backbone or smaller pictures."
            ) from error


def is_lack_of_memory(error: BaseException) -> bool:
    """MemoryError, torch's OutOfMemoryError, and the runtime errors of ONNX Runtime, CUDA and OpenVINO that tell of it."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    told = str(error).lower()
    return any(words in told for words in TOLD_BY)


def pictures_at_once(free_bytes: int, tokens: int, width: int) -> int:
    """How many pictures of so many tokens may go through at once, using at most half of the free memory; at least 1.

    A picture takes about 24 float32 per token and channel, and its attention one per pair of tokens and head, twice.
    """
    heads = max(1, width // HEAD_WIDTH)
    bytes_each = 4 * (tokens * width * FLOATS_PER_TOKEN + 2 * heads * tokens**2)
    return int(min(MOST_AT_ONCE, max(1, free_bytes // 2 // bytes_each)))


def free_host_bytes() -> int:
    """Memory that can be had without swapping, as the kernel of Linux says; 2 GiB where it does not."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return UNKNOWN_FREE_BYTES


def free_device_bytes() -> int:
    """Free memory of the GPU as torch says; 2 GiB where torch is not there to ask."""
    if installed("torch"):
        import torch

        if torch.cuda.is_available():
            return int(torch.cuda.mem_get_info()[0])
    return UNKNOWN_FREE_BYTES
