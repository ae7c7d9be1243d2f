"""The import map: one name for every script of the site, so that modules find one another under any file name."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

HOME = Path(settings.STATICFILES_DIRS[0]) / "js"
IMPORT = re.compile(r"from 'festivity/([\w/.-]+)'")
VENDORED = {
    "@mapbox/vector-tile": "vendor/vector-tile/vector-tile.js",
    "@mapbox/point-geometry": "vendor/point-geometry/point-geometry.js",
    "pbf": "vendor/pbf/pbf.js",
}


@register.simple_tag
def import_map() -> SafeString:
    """JSON for `<script type="importmap">`: `festivity/NAME.js` for what lies in static/js, and the vendored packages."""
    return mark_safe(built_once() if not settings.DEBUG else built())


@lru_cache(maxsize=1)
def built_once() -> str:
    return built()


@register.simple_tag
def preload_modules(entry: str) -> SafeString:
    """`<link rel="modulepreload">` for a script of static/js and all that it imports, so that none waits for another."""
    names = [static(f"js/{name}") for name in imported_by(entry)] + [
        static(path) for path in VENDORED.values()
    ]
    return mark_safe("".join(f'<link rel="modulepreload" href="{escape(name)}">' for name in names))


@cache
def imported_by(entry: str) -> tuple[str, ...]:
    """The script and every other of the site that it imports, by itself or through another."""
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += IMPORT.findall((HOME / name).read_text(encoding="utf-8"))
    return tuple(sorted(found))


def built() -> str:
    names = sorted(path.relative_to(HOME).as_posix() for path in HOME.rglob("*.js"))
    imports = {f"festivity/{name}": static(f"js/{name}") for name in names}
    imports |= {name: static(path) for name, path in VENDORED.items()}
    return json.dumps({"imports": imports})
