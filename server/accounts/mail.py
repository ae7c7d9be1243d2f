from __future__ import annotations

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def send_invitation(*, address: str, link: str) -> bool:
    """Sends an invitation to label; False where the mail could not be handed over."""
    lines = (
        _("You are invited to label frames for the festivity map: to show where pictures are festive."),
        _("Open this link and say yes. It is good for 14 days, for the account with this e-mail address:"),
        link,
        _("If you do not want to, do nothing."),
    )
    try:
        return bool(send_mail(_("An invitation to label frames"), "\n\n".join(lines) + "\n", None, [address]))
    except (OSError, SMTPException) as error:
        log.warning("An invitation to label could not be sent: %s", error)
        return False
