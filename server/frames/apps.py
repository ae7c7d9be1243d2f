from django.apps import AppConfig


class FramesConfig(AppConfig):
    name = "server.frames"
    label = "frames"
