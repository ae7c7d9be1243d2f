from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from server.accounts import labellers as labelling
from server.accounts.forms import InviteForm, SignInForm, SignUpForm
from server.accounts.mail import send_invitation
from server.accounts.models import LabellerInvitation
from server.boards.models import DriverName
from server.boards.names import fold_name


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


def labellers(request: HttpRequest) -> HttpResponse:
    """Who may label, who is invited, and a form to invite somebody."""
    form = InviteForm(request.POST or None, address_of_name=address_of_name, label_suffix="")
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= invited(request, form)
    status = 400 if form.errors else 200
    if "address" in context:
        context["form"] = InviteForm(address_of_name=address_of_name, label_suffix="")
    context |= {"labellers": labelling.labellers(), "waiting": LabellerInvitation.objects.open()}
    return render(request, "accounts/labellers.html", context, status=status)


def invited(request: HttpRequest, form: InviteForm) -> dict[str, Any]:
    """Sends the invitation; where no mail goes out, the link is shown once, to be handed over."""
    address = form.cleaned_data["who"]
    by: Any = request.user
    try:
        token = labelling.invite(email=address, by=by)
    except labelling.CannotInvite as reason:
        form.add_error("who", str(reason))
        return {}
    link = request.build_absolute_uri(reverse("accounts:invitation", args=[token]))
    sent = settings.MAIL_GOES_OUT and send_invitation(address=address, link=link)
    return {"address": address, "sent": sent, "link": "" if sent else link}


def address_of_name(name: str) -> str:
    chosen = DriverName.objects.filter(folded=fold_name(name)).select_related("driver").first()
    return chosen.driver.email if chosen else ""


@require_POST
def withdraw_labeller(request: HttpRequest) -> HttpResponse:
    """Takes an invitation back, and the leave to label; what was labelled stays."""
    email = request.POST.get("email", "")
    if labelling.withdraw(email=email):
        messages.success(request, _("%(email)s may not label any more. The labels stay.") % {"email": email})
    else:
        messages.warning(request, _("Nobody with this address may label, nor is invited."))
    return redirect("accounts:labellers")


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where somebody who was invited says yes. Opening the link does nothing yet."""
    user: Any = request.user
    found = labelling.open_invitation(token)
    if request.method == "POST" and found and labelling.accept(found, user):
        messages.success(request, _("You may label now. These frames are worth it most."))
        return redirect("labelling:queue")
    mine = found is not None and found.email.lower() == user.email.lower()
    context = {"invitation": found, "mine": mine, "labels_already": user.is_staff or user.is_labeller}
    return render(request, "accounts/invitation.html", context, status=200 if found else 404)
