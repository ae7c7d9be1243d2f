from __future__ import annotations

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def send_link(*, address: str, link: str) -> bool:
    """Sends a link to vote with; False where the mail could not be handed over."""
    lines = (
        _("Open this link to vote on the festivity map. It is good once, for two hours:"),
        link,
        _("Your address is not kept; of it there is a keyed hash, so that everyone votes once."),
        _("If you did not ask for it, do nothing."),
    )
    try:
        return bool(send_mail(_("Your link to vote"), "\n\n".join(lines) + "\n", None, [address]))
    except (OSError, SMTPException) as error:
        log.warning("A link to vote could not be sent: %s", error)
        return False
