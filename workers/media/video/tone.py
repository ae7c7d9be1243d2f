"""High dynamic range brought to a screen's: the curves of ITU-R BT.2100, the colours of BT.2020 to those of BT.709."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

WHITE_NITS = 203.0
"""What paper white is in such videos (ITU-R BT.2408)."""
PEAK_NITS = 1000.0
_FROM_2020 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], dtype=np.float32
)
_BRIGHTNESS = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


class Transfer(StrEnum):
    SDR = "sdr"
    PQ = "pq"
    HLG = "hlg"


def transfer_of(code: int) -> Transfer:
    """By the number of ITU-T H.273."""
    return {16: Transfer.PQ, 18: Transfer.HLG}.get(int(code), Transfer.SDR)


def tone_mapped(picture: NDArray[np.uint16], transfer: Transfer) -> NDArray[np.uint8]:
    """(H, W, 3) of 16 bits in PQ or HLG → (H, W, 3) of 8 bits for a usual screen.

    Brightness is bent (extended Reinhard: paper white stays near white, 1,000 nits become white), colours keep their ratio.
    """
    light = np.maximum(_light(transfer)[picture] @ _FROM_2020.T, 0)
    bright = light @ _BRIGHTNESS
    white = PEAK_NITS / WHITE_NITS
    bent = bright * (1 + bright / white**2) / (1 + bright)
    light *= (bent / np.maximum(bright, 1e-6))[..., None]
    return (_screen_curve(np.clip(light, 0, 1)) * 255 + 0.5).astype(np.uint8)


@cache
def _light(transfer: Transfer) -> NDArray[np.float32]:
    """Light relative to paper white for each of the 65,536 values."""
    signal = np.linspace(0, 1, 2**16, dtype=np.float64)
    nits = _pq_nits(signal) if transfer is Transfer.PQ else _hlg_nits(signal)
    return (nits / WHITE_NITS).astype(np.float32)


def _pq_nits(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """SMPTE ST 2084."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = signal ** (1 / m2)
    return 10_000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)


def _hlg_nits(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """ARIB STD-B67 with the system gamma of 1.2 at 1,000 nits, applied to each colour alone."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    return PEAK_NITS * scene**1.2


def _screen_curve(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """sRGB's curve (IEC 61966-2-1)."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** np.float32(1 / 2.4) - 0.055)
