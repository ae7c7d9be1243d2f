"""The page of a bundle: one file of HTML, with the scripts and styles of the site that it needs, by relative addresses."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from server.core.templatetags.modules import VENDORED

ENTRY = "bundle/page.js"
STYLES = (
    "vendor/leaflet/leaflet.css",
    "css/vars.css",
    "css/base.css",
    "css/leaflet-night.css",
    "css/bundle.css",
)
SCRIPTS = ("vendor/leaflet/leaflet.js", "vendor/pmtiles/pmtiles.js")
IMPORTED = re.compile(r"""^(?:import|export)\b[^'";]*\bfrom\s*['"]([^'"]+)['"]""", re.MULTILINE)
OURS = "festivity/"


def write_page(folder: Path, context: dict[str, Any]) -> None:
    """index.html and the files that it asks for."""
    modules = modules_from(ENTRY)
    imports = {name: address_of(name) for name in modules}
    for path in [*STYLES, *SCRIPTS, *imports.values(), *licences(imports.values())]:
        copy(path.removeprefix("./"), folder)
    copy("img/icon.svg", folder)
    page = {
        **context,
        "styles": STYLES,
        "scripts": SCRIPTS,
        "entry": address_of(OURS + ENTRY),
        "import_map": mark_safe(json.dumps({"imports": imports})),
    }
    (folder / "index.html").write_text(render_to_string("maps/bundle/index.html", page), encoding="utf-8")


def home() -> Path:
    return Path(settings.STATICFILES_DIRS[0])


def modules_from(entry: str) -> list[str]:
    """The module static/js/`entry` and all that it imports, directly or not, by the names that scripts import."""
    found, waiting = [], [OURS + entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            script = (home() / address_of(name)).read_text(encoding="utf-8")
            waiting += IMPORTED.findall(script)
    return sorted(found)


def address_of(module: str) -> str:
    """Where a module lies, from the folder of index.html."""
    return f"./js/{module.removeprefix(OURS)}" if module.startswith(OURS) else f"./{VENDORED[module]}"


def licences(addresses: Any) -> list[str]:
    vendored = {Path(path).parent for path in [*addresses, *SCRIPTS] if "vendor/" in path}
    return sorted(str(folder / "LICENSE") for folder in vendored)


def copy(path: str, folder: Path) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(home() / path, target)
