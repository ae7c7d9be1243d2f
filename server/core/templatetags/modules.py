"""The import map: one name for every script of the site, so that modules find one another under any file name."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

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


def built() -> str:
    home = Path(settings.STATICFILES_DIRS[0]) / "js"
    names = sorted(path.relative_to(home).as_posix() for path in home.rglob("*.js"))
    imports = {f"festivity/{name}": static(f"js/{name}") for name in names}
    imports |= {name: static(path) for name, path in VENDORED.items()}
    return json.dumps({"imports": imports})
