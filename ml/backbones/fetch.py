"""Published backbones from the hub: pinned, resumed where a download broke off, kept in its own cache, verified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml import weights
from ml.backbones.extras import imported
from ml.backbones.registry import Known, known_backbone
from ml.backbones.store import check_pin, write_card
from ml.types import MlError, WeightsError
from ml.weights import Weights, models_folder, sha256_of


class FetchError(MlError):
    """The hub did not give the file."""


def fetch(name: str) -> Weights:
    """Bring the weights of a published backbone, or find them in the hub's cache, and write their card.

    Where no hash is pinned here, that of the first fetch is, on the card: a later file must have the same. Raises FetchError
    where the hub gives nothing, and WeightsError where the file is another one; it is then removed from the cache.
    """
    known = known_backbone(name)
    paths = [download(known, file) for file in known.files]
    weight_file = paths[-1]
    found = sha256_of(weight_file)
    try:
        check_pin(name, found, weight_file)
        check_first_fetch(name, found)
    except WeightsError:
        remove(weight_file)
        raise
    return write_card(name, weight_file, card_of(known, weight_file))


def check_first_fetch(name: str, sha256: str) -> None:
    """Raises WeightsError where an earlier fetch found another hash."""
    path = models_folder() / f"{name}.json"
    if path.is_file():
        first = weights.read_card(path)["sha256"]
        if first != sha256:
            raise WeightsError(
                f"{name!r} is not the file of the first fetch: its sha256 is {sha256[:12]}…, not {first[:12]}…. It was "
                f"removed. If the new file is meant, delete {path} and fetch again."
            )


def card_of(known: Known, file: Path) -> dict[str, Any]:
    return {
        "format": known.format,
        "patch": known.patch,
        "prefix": known.prefix,
        "dimension": known.width,
        "depth": known.depth,
        "long_side": known.long_side,
        "licence": known.licence,
        "repository": known.repository,
        "revision": known.revision or revision_of(file),
        "pinned": "here" if known.sha256 else "at first fetch",
    }


def download(known: Known, file: str) -> Path:
    """One file, with the hub's progress bar; without the network, from its cache."""
    hub = imported("huggingface_hub", f"Fetching {known.name!r}")
    errors = imported("huggingface_hub.errors", f"Fetching {known.name!r}")
    try:
        return Path(hub.hf_hub_download(known.repository, file, revision=known.revision))
    except errors.GatedRepoError as error:
        raise FetchError(
            f"{known.name!r} is gated ({known.licence}): open {known.page}, accept its licence with your account, make a "
            "token under https://huggingface.co/settings/tokens, and set HF_TOKEN to it or run `hf auth login`. Then fetch again."
        ) from error
    except errors.LocalEntryNotFoundError as error:
        raise FetchError(
            f"{file} of {known.name!r} is not in the hub's cache and the hub cannot be reached. Connect and fetch again, or take "
            f"the files of {known.page} from another machine: python -m ml backbones add FOLDER --name {known.name}"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise FetchError(f"{known.page} has no revision {known.revision} any more.") from error
    except (errors.RepositoryNotFoundError, errors.EntryNotFoundError) as error:
        raise FetchError(f"{known.page} has no {file}, or it asks for an account with access.") from error
    except OSError as error:
        raise FetchError(f"{file} of {known.name!r} could not be fetched: {error}") from error


def revision_of(path: Path) -> str | None:
    """The commit that a file of the hub's cache belongs to: the folder below `snapshots`."""
    parts = path.parts
    return parts[parts.index("snapshots") + 1] if "snapshots" in parts else None


def remove(path: Path) -> None:
    """The file and, where the cache has a link to it, what the link leads to."""
    blob = path.resolve()
    path.unlink(missing_ok=True)
    blob.unlink(missing_ok=True)
