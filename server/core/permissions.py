"""The roles of the URL table, as the API's views ask for them."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from server.core.roles import may_label


class MayLabel(BasePermission):
    """Staff, and whoever they invited to label frames."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return may_label(request.user)
