from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "server.review"
    label = "review"
