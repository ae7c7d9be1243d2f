from __future__ import annotations

from django.contrib.auth.views import LogoutView

from server.accounts import views
from server.core.roles import Role, route

app_name = "accounts"
urlpatterns = [
    route("sign-in/", views.SignIn.as_view(), role=Role.ANYONE, name="sign-in"),
    route("sign-up/", views.SignUp.as_view(), role=Role.ANYONE, name="sign-up"),
    route("sign-out/", LogoutView.as_view(), role=Role.ANYONE, name="sign-out"),
    route("password/", views.ChangePassword.as_view(), role=Role.MEMBER, name="password"),
    route("labellers/", views.labellers, role=Role.STAFF, name="labellers"),
    route("labellers/withdraw/", views.withdraw_labeller, role=Role.STAFF, name="withdraw-labeller"),
    route("labellers/<str:token>/", views.invitation, role=Role.MEMBER, name="invitation"),
]
