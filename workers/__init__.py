"""The workers: Celery's application. Start one with `celery -A workers worker`."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")

app = Celery("festivity", include=["workers.tasks", "workers.ready"])
app.config_from_object("django.conf:settings", namespace="CELERY")
