"""`manage.py prepare`: everything that has to be right before the parts start, in one Django start."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.core.management import BaseCommand, call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Migrates, collects static files and makes the first account. Ends in one line of JSON: how many drives there are."

    def handle(self, *arguments: Any, **options: Any) -> None:
        if has_missing_migrations():
            call_command("migrate", interactive=False, verbosity=1, stdout=self.stderr)
        call_command("collectstatic", interactive=False, verbosity=0, stdout=self.stderr)
        call_command("ensure_admin", stdout=self.stdout)
        drives = apps.get_model("drives", "Drive").objects.count()
        self.stdout.write(json.dumps({"drives": drives}))


def has_missing_migrations() -> bool:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
