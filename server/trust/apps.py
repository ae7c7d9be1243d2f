from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "server.trust"
    label = "trust"
