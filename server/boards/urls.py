from __future__ import annotations

from server.boards import views
from server.core.roles import Role, route

app_name = "boards"
urlpatterns = [
    route("drivers/name/", views.my_name, role=Role.MEMBER, name="my-name"),
    route("drivers/name/forget/", views.forget_my_name, role=Role.MEMBER, name="forget-my-name"),
    route("<slug:board>.csv", views.sheet, role=Role.ANYONE, name="sheet"),
    route("<slug:board>/", views.board, role=Role.ANYONE, name="board"),
]
