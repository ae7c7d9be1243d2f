from __future__ import annotations

from django.apps import AppConfig


class VotesConfig(AppConfig):
    name = "server.votes"
    label = "votes"

    def ready(self) -> None:
        from server.houses.signals import houses_merged, houses_parted
        from server.votes.services import follow_merge, follow_parting

        houses_merged.connect(follow_merge, dispatch_uid="votes follow merges")
        houses_parted.connect(follow_parting, dispatch_uid="votes follow partings")
