from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    name = "server.core"
    label = "core"

    def ready(self) -> None:
        from server.core.catalogues import compile_stale

        compile_stale(settings.LOCALE_PATHS[0])
