from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView

from server.accounts.forms import SignInForm, SignUpForm


class SignIn(auth_views.LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignUp(auth_views.RedirectURLMixin, FormView):  # type: ignore[type-arg]
    template_name = "accounts/sign_up.html"
    form_class = SignUpForm
    next_page = settings.LOGIN_REDIRECT_URL

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        login(self.request, form.save())
        messages.success(self.request, _("Welcome. You can vote now, and bring drives of your own."))
        return super().form_valid(form)


class ChangePassword(auth_views.PasswordChangeView):
    template_name = "accounts/password.html"
    success_url = reverse_lazy("drives:mine")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        form.user.must_change_password = False
        messages.success(self.request, _("The new password is set."))
        return super().form_valid(form)
