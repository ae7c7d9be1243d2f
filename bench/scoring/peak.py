"""What the machine could do: the fastest fp32 matrix product of the run, and how much a ViT-S/16 asks for."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

from ml.backbone import open_session

SIDE = 1536
WIDTH, PATCH, PREFIX = 384, 16, 5


class Products:
    """Runs one square product in ONNX Runtime and one in torch, and remembers the fastest: `best` in GFLOP/s."""

    def __init__(self, threads: int, folder: Path) -> None:
        self.best = 0.0
        chance = np.random.default_rng(0)
        self._left, self._right = (chance.standard_normal((SIDE, SIDE)).astype(np.float32) for _ in range(2))
        parts = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [SIDE, SIDE]) for name in "abc"]
        fixed = onnx.numpy_helper.from_array(self._right, "b")
        graph = helper.make_graph(
            [helper.make_node("MatMul", ["a", "b"], ["c"])], "product", [parts[0]], [parts[2]], [fixed]
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
        onnx.save(model, str(folder / "product.onnx"))
        self._session = open_session(folder / "product.onnx", threads)
        self._torch = torch.from_numpy(self._left), torch.from_numpy(self._right)

    def run(self) -> None:
        left, right = self._torch
        products: tuple[Callable[[], object], ...] = (
            lambda: self._session.run(["c"], {"a": self._left}),
            lambda: torch.matmul(left, right),
        )
        for product in products:
            for _ in range(3):
                started = time.perf_counter()
                product()
                self.best = max(self.best, 2e-9 * SIDE**3 / (time.perf_counter() - started))


def vit_gflop(size: int, depth: int) -> float:
    """Multiplications and additions of a ViT-S/16 on a picture of size x size, in 10^9: 198 at 768 pixels."""
    patches = (size // PATCH) ** 2
    tokens = patches + PREFIX
    layer = 2 * tokens * 12 * WIDTH**2 + 4 * tokens**2 * WIDTH
    return 1e-9 * (depth * layer + 2 * patches * 3 * PATCH**2 * WIDTH)
