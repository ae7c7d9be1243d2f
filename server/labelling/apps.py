from django.apps import AppConfig


class LabellingConfig(AppConfig):
    name = "server.labelling"
    label = "labelling"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from server.labelling.reported import follow_label
        from server.labels.models import Label

        post_save.connect(follow_label, sender=Label, dispatch_uid="reports follow labels")
