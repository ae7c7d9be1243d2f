"""How festive a picture looks to a model that knows pictures by sentences, without a head of ours."""

from ml.tools.zero_shot.model import load_text_image_model
from ml.tools.zero_shot.scoring import Prompts, TextImageModel, ZeroShot, ZeroShotError, ZeroShotScore

__all__ = [
    "Prompts",
    "TextImageModel",
    "ZeroShot",
    "ZeroShotError",
    "ZeroShotScore",
    "load_text_image_model",
]
