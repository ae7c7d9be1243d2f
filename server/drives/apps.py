from django.apps import AppConfig


class DrivesConfig(AppConfig):
    name = "server.drives"
    label = "drives"
