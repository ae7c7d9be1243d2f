from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_delete, post_migrate, post_save


class MapsConfig(AppConfig):
    name = "server.maps"
    label = "maps"

    def ready(self) -> None:
        from server.houses.signals import scores_changed, visibility_changed
        from server.maps.services import follow_scores, follow_visibility

        visibility_changed.connect(follow_visibility, dispatch_uid="heat follows visibility")
        scores_changed.connect(follow_scores, dispatch_uid="heat follows scores")
        post_save.connect(follow_edit, sender="houses.House", dispatch_uid="heat follows edits")
        post_delete.connect(follow_deletion, sender="houses.House", dispatch_uid="heat follows deletions")
        post_delete.connect(follow_drive, sender="drives.Drive", dispatch_uid="heat follows drives")
        for signal in (post_save, post_delete):
            for sender in ("houses.Neighbourhood", "houses.Street", "maps.BaseArea"):
                signal.connect(
                    follow_ground, sender=sender, dispatch_uid=f"tiles follow {sender} {id(signal)}"
                )
        post_migrate.connect(publish_after_update, sender=self, dispatch_uid="maps follow updates")


def follow_edit(sender: object, *, instance: Any, created: bool, update_fields: Any, **_: object) -> None:
    """A house saved as a whole, as in the administration, may have moved."""
    from server.maps.services import refresh_heat

    if not created and update_fields is None:
        refresh_heat(house_ids=[instance.pk])


def follow_deletion(sender: object, *, instance: Any, **_: object) -> None:
    from server.maps.services import refresh_heat

    refresh_heat(house_ids=[instance.pk])


def follow_drive(sender: object, *, instance: Any, **_: object) -> None:
    from server.maps.services import refresh_heat

    refresh_heat(drive_ids=[instance.pk])


def follow_ground(sender: object, **_: object) -> None:
    from server.maps.services import note_ground

    note_ground()


def publish_after_update(sender: Any, *, using: str, **_: object) -> None:
    """Once all tables are there: going back to an earlier schema takes them away."""
    from server.maps.services import publish_missing

    tables = set(connections[using].introspection.table_names())
    ours = (model._meta.db_table for model in apps.get_models() if model._meta.managed)
    if tables.issuperset(ours):
        publish_missing()
