"""The page on which a driver says what is to be left out around their home."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from server.drives.home.forms import HomeForm
from server.drives.home.zone import forget_home, home_zone_of


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    driver: Any = request.user
    zone = home_zone_of(driver.pk)
    form = HomeForm(
        request.POST or None, initial={"radius_m": round(zone.radius_m) if zone else 300}, label_suffix=""
    )
    if request.method == "POST" and form.is_valid():
        form.remember(driver)
        messages.success(request, _("Remembered. What you send from now on is left out around your home."))
        return redirect("drives:home")
    return render(request, "drives/home.html", {"form": form, "zone": zone})


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    driver: Any = request.user
    forget_home(driver=driver)
    messages.success(request, _("Forgotten. Nothing is left out from now on."))
    return redirect("drives:home")
