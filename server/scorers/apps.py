from django.apps import AppConfig


class ScorersConfig(AppConfig):
    name = "server.scorers"
    label = "scorers"
