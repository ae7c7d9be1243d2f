"""What runs a Grounding DINO: ONNX Runtime where the folder holds a graph, else torch with transformers."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from ml.tools.detect.crops import DetectError
from ml.tools.detect.known import how_to_get
from ml.types import Floats

GRAPHS = ("onnx/model.onnx", "model.onnx", "onnx/model_quantized.onnx")
TENSORS = "model.safetensors"
ANSWERS = ("logits", "pred_boxes")


class Engine(Protocol):
    """`weights` is the file that the network is made of."""

    weights: Path

    def run(self, inputs: dict[str, Any]) -> tuple[Floats, Floats]:
        """Logits (Q, T) of the words and boxes (Q, 4) of one picture, both float32."""


def open_engine(folder: Path) -> Engine:
    """Raises DetectError where the folder holds no weights, or what runs them is not installed."""
    graph = next((folder / name for name in GRAPHS if (folder / name).is_file()), None)
    if graph is not None:
        return GraphEngine(graph)
    if (folder / TENSORS).is_file():
        return TorchEngine(folder)
    raise DetectError(f"{folder} holds no weights: neither {GRAPHS[0]} nor {TENSORS}. {how_to_get()}")


class GraphEngine:
    """An ONNX graph with the input and output names of transformers."""

    def __init__(self, weights: Path) -> None:
        from ml.backbone import open_session

        self.weights = weights
        try:
            self._session = open_session(weights, None)
        except Exception as error:  # ONNX Runtime's own kinds of error share no public base
            raise DetectError(f"{weights} cannot be opened as an ONNX graph; it may be cut short.") from error
        if not {output.name for output in self._session.get_outputs()} >= set(ANSWERS):
            raise DetectError(f"{weights} is not a Grounding DINO: it does not give {' and '.join(ANSWERS)}.")
        self._asked = {wanted.name for wanted in self._session.get_inputs()}

    def run(self, inputs: dict[str, Any]) -> tuple[Floats, Floats]:
        given = {name: value for name, value in inputs.items() if name in self._asked}
        logits, boxes = self._session.run(list(ANSWERS), given)
        return np.asarray(logits[0], dtype=np.float32), np.asarray(boxes[0], dtype=np.float32)


class TorchEngine:
    """A safetensors checkpoint, read by transformers from the folder alone and run on the CPU."""

    def __init__(self, folder: Path) -> None:
        self.weights = folder / TENSORS
        self._torch = installed("torch")
        transformers = installed("transformers")
        try:
            network = transformers.GroundingDinoForObjectDetection.from_pretrained(
                str(folder), local_files_only=True
            )
        except Exception as error:  # whatever transformers and safetensors raise of a damaged file
            raise DetectError(f"{self.weights} cannot be read; it may be cut short or damaged.") from error
        self._network = network.eval()

    def run(self, inputs: dict[str, Any]) -> tuple[Floats, Floats]:
        with self._torch.inference_mode():
            answer = self._network(**{name: self._torch.from_numpy(value) for name, value in inputs.items()})
        return answer.logits[0].float().numpy(), answer.pred_boxes[0].float().numpy()


def installed(library: str) -> ModuleType:
    """Raises DetectError where it is not."""
    try:
        return importlib.import_module(library)
    except ModuleNotFoundError as error:
        if error.name != library:
            raise
        raise DetectError(
            f"A detector in safetensors needs {library}, which is not installed: pip install torch transformers. "
            "A folder with onnx/model.onnx needs neither."
        ) from None
