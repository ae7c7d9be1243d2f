from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from server.core.limits import Limit, network_of, passes
from server.houses.models import House
from server.labelling.reported import list_reported
from server.trust.forms import ReportForm
from server.trust.models import Report
from server.trust.services import TooManyReports, file_report

FROM_ONE_NETWORK = Limit("reports", times=20, window_s=3600)


def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where anyone says what is wrong with a house on the map; its receipt follows."""
    house = get_object_or_404(House.objects.visible(), public_id=public_id)
    form = ReportForm(request.POST or None, label_suffix="")
    context = {"form": form, "house": house}
    if request.method != "POST" or not form.is_valid():
        return render(request, "trust/report.html", context, status=400 if request.method == "POST" else 200)
    if not passes(FROM_ONE_NETWORK, network_of(request)):
        form.add_error(None, _("Many reports came from your network within the hour. Try again in an hour."))
        return render(request, "trust/report.html", context, status=429)
    try:
        filed = file_report(house=house, **form.cleaned_data)
    except TooManyReports:
        form.add_error(None, _("Many reports on this house are waiting already. The staff will read them."))
        return render(request, "trust/report.html", context, status=429)
    list_reported(filed)
    return redirect("trust:receipt", receipt=filed.receipt)


def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """What became of a report. Whoever has the address may read it."""
    return render(request, "trust/receipt.html", {"report": get_object_or_404(Report, receipt=receipt)})
