"""Detectors that are known by name: where they are published and under which licence. None is shipped or fetched unasked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownDetector:
    """One published detector in the hub's layout; `needs`: what has to be installed to run it."""

    name: str
    repository: str
    licence: str
    needs: str

    @property
    def page(self) -> str:
        return f"https://huggingface.co/{self.repository}"


TORCH = "torch and transformers"
DETECTORS = (
    KnownDetector("grounding-dino-tiny", "IDEA-Research/grounding-dino-tiny", "Apache-2.0", TORCH),
    KnownDetector("grounding-dino-base", "IDEA-Research/grounding-dino-base", "Apache-2.0", TORCH),
    KnownDetector(
        "grounding-dino-tiny-onnx", "onnx-community/grounding-dino-tiny-ONNX", "Apache-2.0", "nothing more"
    ),
)


def how_to_get() -> str:
    """A sentence that says where a detector comes from."""
    first = DETECTORS[0]
    return (
        f"Take {first.name} ({first.licence}) from {first.page}, "
        f"for example with: hf download {first.repository} --local-dir {first.name}"
    )
