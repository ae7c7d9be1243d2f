from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_save

from server.core.zone import ask_for_zone, forget_zone


def forget(**_: object) -> None:
    forget_zone()


class DrivesConfig(AppConfig):
    name = "server.drives"
    label = "drives"

    def ready(self) -> None:
        from server.drives.places import zone_of_most_drives

        ask_for_zone(zone_of_most_drives)
        post_save.connect(forget, sender=self.get_model("Drive"), dispatch_uid="the zone of most drives")
