from django.apps import AppConfig


class LabelsConfig(AppConfig):
    name = "server.labels"
    label = "labels"
