from django.apps import AppConfig


class MapsConfig(AppConfig):
    name = "server.maps"
    label = "maps"

    def ready(self) -> None:
        from server.houses.signals import scores_changed, visibility_changed
        from server.maps.services import follow_scores, follow_visibility

        visibility_changed.connect(follow_visibility, dispatch_uid="heat follows visibility")
        scores_changed.connect(follow_scores, dispatch_uid="heat follows scores")
