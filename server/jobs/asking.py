"""Jobs asked for from a list of the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from server.jobs.kinds import Kind
from server.jobs.services import ask

MOST_ROWS = 20_000


def ask_for_rows(
    request: HttpRequest, kind: Kind, title: object, rows: QuerySet[Any], **asked: Any
) -> HttpResponse | None:
    """Puts a job on the ticked rows before the workers, and leads to its page; None with a sentence where they are too many."""
    ids = sorted(rows.order_by().values_list("pk", flat=True).distinct()[: MOST_ROWS + 1])
    if len(ids) > MOST_ROWS:
        messages.error(request, _("Tick at most %d rows at once.") % MOST_ROWS)
        return None
    job = ask(kind, title=str(title) % {"rows": len(ids)}, asked={"ids": ids, **asked}, asked_by=request.user)  # type: ignore[arg-type]
    return redirect(job)
