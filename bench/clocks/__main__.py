from __future__ import annotations

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    django.setup()
    from bench.clocks import measure

    measure.main()


if __name__ == "__main__":
    main()
