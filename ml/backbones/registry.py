"""The backbones that are known by name: where they are published, under which licence, and what they give.

A revision is a commit of the hub's repository. `sha256` is that of the weight file; None means that it could not be learnt
without the file itself: the first fetch writes revision and hash into the local card, and every later use is held to them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ml.types import WeightsError

APACHE = "Apache-2.0"
DINOV3 = "DINOv3 License (gated: accept it on the model's page)"
NON_COMMERCIAL = "CC-BY-NC-4.0 (not for commercial use)"
SAFETENSORS = "model.safetensors"
ONNX = "onnx/model.onnx"


@dataclass(frozen=True)
class Known:
    """One published backbone.

    `prefix`: tokens before the patches, CLS and registers. `patch` in pixels. `width` of the tokens, `depth` in layers
    (in stages for ConvNeXt). `long_side`: pixels of the longer side that pictures are brought to by default.
    """

    name: str
    repository: str
    revision: str | None
    file: str
    sha256: str | None
    licence: str
    patch: int
    prefix: int
    width: int
    depth: int
    gated: bool = False

    @property
    def page(self) -> str:
        return f"https://huggingface.co/{self.repository}"

    @property
    def format(self) -> str:
        """`onnx` or `safetensors`."""
        return self.file.rsplit(".", 1)[-1]

    @property
    def files(self) -> tuple[str, ...]:
        """All that has to be fetched; the weights come last."""
        return (self.file,) if self.format == "onnx" else ("config.json", self.file)

    @property
    def long_side(self) -> int:
        return 800 // self.patch * self.patch


SIZES = {"small": (384, 12), "small-plus": (384, 12), "base": (768, 12), "large": (1024, 24)}


def dinov2(size: str, revision: str, sha256: str | None) -> Known:
    width, depth = SIZES[size]
    repository = f"facebook/dinov2-{size}"
    return Known(f"dinov2-{size}", repository, revision, SAFETENSORS, sha256, APACHE, 14, 1, width, depth)


def registers(size: str, revision: str, sha256: str | None) -> Known:
    """DINOv2 with four register tokens."""
    width, depth = SIZES[size]
    repository = f"facebook/dinov2-with-registers-{size}"
    return Known(
        f"dinov2-{size}-registers", repository, revision, SAFETENSORS, sha256, APACHE, 14, 5, width, depth
    )


def graph(size: str, revision: str, sha256: str | None) -> Known:
    """The graphs that onnx-community made of DINOv2: input `pixel_values`, output `last_hidden_state`."""
    width, depth = SIZES[size]
    repository = f"onnx-community/dinov2-{size}"
    return Known(f"dinov2-{size}-onnx", repository, revision, ONNX, sha256, APACHE, 14, 1, width, depth)


def dinov3(size: str, published: str, revision: str, sha256: str) -> Known:
    """DINOv3 vision transformers, with four register tokens; `published` is their name on the hub."""
    width, depth = SIZES[size]
    repository = f"facebook/dinov3-{published}-pretrain-lvd1689m"
    return Known(
        f"dinov3-{size}", repository, revision, SAFETENSORS, sha256, DINOV3, 16, 5, width, depth, True
    )


REGISTRY = (
    dinov2(
        "small",
        "ed25f3a31f01632728cabb09d1542f84ab7b0056",
        "ae1e99fcefd534ed978cdeb8326f08030c96e28b7a81ffcbc98a857c84d14be1",
    ),
    dinov2(
        "base",
        "f9e44c814b77203eaa57a6bdbbd535f21ede1415",
        "d73036b56966966d07975d696bde331762f37297e2f095de8cea0040c3aa0841",
    ),
    dinov2(
        "large",
        "47b73eefe95e8d44ec3623f8890bd894b6ea2d6c",
        "399fba97a95f22c36834418bc69373364a99af3a1153da1c0fb31db567c92e23",
    ),
    registers("small", "0d9846e56b43a21fa46d7f3f5070f0506a5795a9", None),
    registers(
        "base",
        "a1d738ccfa7ae170945f210395d99dde8adb1805",
        "7a6f7b3b9fa4b8732e707476a03cd6cdce210048582f21aafb7991c17d98e362",
    ),
    registers("large", "e4c89a4e05589de9b3e188688a303d0f3c04d0f3", None),
    graph(
        "small",
        "8b1f705a3a7f6f062f6bdd21986c1583d3ef105d",
        "f22797eabf810a75e41de68d378541ebea372122b25c4ce3ef25ff618250c20a",
    ),
    graph(
        "base",
        "31ef06cac16d5d301c5930d147002a058c85a5e4",
        "320d1012a6fc65b101fc85ca30ee7a47b2e4f6a2e8bd78fb9d7036def0e30cb0",
    ),
    graph("large", "4b3550c593d51ac1a870d48d411f35eff4eaf353", None),
    dinov3(
        "small",
        "vits16",
        "114c1379950215c8b35dfcd4e90a5c251dde0d32",
        "4610ad75edef83e75afdebf162d148dc628045ea6cbb83d67d4708c709c4f91d",
    ),
    dinov3(
        "small-plus",
        "vits16plus",
        "c93d816fc9e567563bc068f01475bec89cc634a6",
        "208146e499dace99e4c9376ddb8a26f77d64c31c46c4dc4b86ff8bc63b0235e2",
    ),
    dinov3(
        "base",
        "vitb16",
        "5931719e67bbdb9737e363e781fb0c67687896bc",
        "9a21ac3df0c63839d62612dda6f454d816c25611cc7a52966ed5a5a94921dc8b",
    ),
    dinov3(
        "large",
        "vitl16",
        "ea8dc2863c51be0a264bab82070e3e8836b02d51",
        "dcb2e45127cccbf1601e5f42fef165eea275c8e5213197e8dcf3f48822718179",
    ),
    Known(
        name="dinov3-convnext-tiny",
        repository="facebook/dinov3-convnext-tiny-pretrain-lvd1689m",
        revision="10d30274b4d445111e2d5bf75ac93bbd94db274b",
        file=SAFETENSORS,
        sha256="bd30a9459d6149564ef53af6e8a1999980953b009b94cde836ac1bac4d339cb2",
        licence=DINOV3,
        patch=32,
        prefix=1,
        width=768,
        depth=4,
        gated=True,
    ),
    Known(
        name="webssl-dino-300m",
        repository="facebook/webssl-dino300m-full2b-224",
        revision="8529cdb3fb75014932af3b896455fc21c386168e",
        file=SAFETENSORS,
        sha256=None,
        licence=NON_COMMERCIAL,
        patch=14,
        prefix=1,
        width=1024,
        depth=24,
    ),
)
KNOWN = {known.name: known for known in REGISTRY}


def known_backbone(name: str) -> Known:
    """Raises WeightsError with all names where `name` is not one."""
    if name not in KNOWN:
        raise WeightsError(f"There is no published backbone {name!r}; known are: {', '.join(KNOWN)}.")
    return KNOWN[name]
