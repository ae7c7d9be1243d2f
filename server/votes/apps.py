from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connection


class VotesConfig(AppConfig):
    name = "server.votes"
    label = "votes"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_delete

        from server.houses.signals import houses_merged, houses_parted
        from server.votes.services import follow_farewell, follow_merge, follow_parting

        houses_merged.connect(follow_merge, dispatch_uid="votes follow merges")
        houses_parted.connect(follow_parting, dispatch_uid="votes follow partings")
        pre_delete.connect(
            follow_farewell, sender=self.get_model("Voter"), dispatch_uid="votes follow farewells"
        )
        post_migrate.connect(ship_categories, sender=self, dispatch_uid="votes ship categories")


def ship_categories(sender: AppConfig, **_: Any) -> None:
    """Brings the categories back where a database was emptied."""
    from server.votes.categories import ship

    if "votes_category" in connection.introspection.table_names():
        ship(sender.get_model("Category"))
