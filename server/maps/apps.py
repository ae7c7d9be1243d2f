from django.apps import AppConfig


class MapsConfig(AppConfig):
    name = "server.maps"
    label = "maps"

    def ready(self) -> None:
        from server.houses.signals import visibility_changed
        from server.maps.services import follow_visibility

        visibility_changed.connect(follow_visibility, dispatch_uid="heat follows visibility")
