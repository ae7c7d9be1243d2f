from __future__ import annotations

from django.apps import AppConfig


class CompetitionsConfig(AppConfig):
    name = "server.competitions"
    label = "competitions"

    def ready(self) -> None:
        from server.competitions.following import follow_merge, follow_parting
        from server.houses.signals import houses_merged, houses_parted

        houses_merged.connect(follow_merge, dispatch_uid="entries follow merges")
        houses_parted.connect(follow_parting, dispatch_uid="entries follow partings")
