from django.apps import AppConfig


class ToursConfig(AppConfig):
    name = "server.tours"
    label = "tours"
