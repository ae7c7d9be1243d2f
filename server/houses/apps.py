from django.apps import AppConfig


class HousesConfig(AppConfig):
    name = "server.houses"
    label = "houses"
