from django.apps import AppConfig


class HousesConfig(AppConfig):
    name = "server.houses"
    label = "houses"

    def ready(self) -> None:
        from server.houses.signals import scores_changed, visibility_changed
        from server.houses.worth.novelty import follow_scores, follow_visibility

        visibility_changed.connect(follow_visibility, dispatch_uid="looks follow visibility")
        scores_changed.connect(follow_scores, dispatch_uid="looks follow scores")
