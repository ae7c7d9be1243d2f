"""Libraries that not every installation has."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from ml.types import MlError

INSTALLED_BY = {
    "torch": "pip install -r requirements/train.in, or a CPU build of torch",
    "safetensors": "pip install safetensors",
    "huggingface_hub": "pip install huggingface_hub",
    "onnx": "pip install onnx",
    "openvino": "pip install openvino",
    "onnxruntime": "pip install onnxruntime",
    "google": "pip install protobuf",
}


class EngineError(MlError):
    """The network cannot be run in the way that was asked for."""


class MissingLibrary(MlError):
    """A library that the user asked for, or that the weights need, is not installed."""


def imported(module: str, purpose: str) -> ModuleType:
    """The module, imported now; `purpose` is what needs it, as in "Fetching" or "The backbone 'dinov2-small'".

    Raises MissingLibrary with the way to install it.
    """
    library = module.split(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != library:
            raise
        raise MissingLibrary(
            f"{purpose} needs {library}, which is not installed: {INSTALLED_BY[library]}."
        ) from error


def installed(library: str) -> bool:
    """Whether `library` can be imported; it is not imported."""
    return importlib.util.find_spec(library) is not None
