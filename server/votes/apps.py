from django.apps import AppConfig


class VotesConfig(AppConfig):
    name = "server.votes"
    label = "votes"
