"""Where packages come from: what the operator has told pip, said again in uv's words."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import suppress

# pip's setting: uv's variable, and what joins several values of it.
UV_NAMES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "no-index": ("UV_NO_INDEX", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
}


def pip_settings(listing: str) -> dict[str, str]:
    """What `pip config list` prints (`global.cert='/etc/…'`, `:env:.find-links='…'`), the environment winning."""
    settings: dict[str, str] = {}
    for line in sorted(listing.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, quoted = line.partition("=")
        section, _, key = name.rpartition(".")
        if section in ("global", "install", ":env:"):
            with suppress(ValueError, SyntaxError):
                settings[key] = str(ast.literal_eval(quoted))
    return settings


def uv_variables(listing: str, environment: Mapping[str, str]) -> dict[str, str]:
    """uv's variables for pip's settings, leaving alone those that the operator has set for uv.

    Every file is checked against the lock's hashes, so all indexes may be searched alike, as pip does.
    """
    variables = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_NO_PROGRESS": "1"}
    for key, value in pip_settings(listing).items():
        if key in UV_NAMES and value:
            name, joint = UV_NAMES[key]
            variables[name] = joint.join(value.split())
    return {name: value for name, value in variables.items() if name not in environment}
