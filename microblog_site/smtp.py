"""Django's SMTP backend, except that it waits longer for the answer to a whole e-mail than for others.

Servers look for spam before they answer. Whoever hangs up sooner sends again what has been accepted (RFC 5321,
section 4.5.3.2.6).
"""

import smtplib

from django.core.mail.backends import smtp

SECONDS = 5 * 60


class _Patient:
    def data(self, msg):
        self.sock.settimeout(SECONDS)
        try:
            return super().data(msg)
        finally:
            if self.sock:  # or the server has closed the connection
                self.sock.settimeout(self.timeout)


class SMTP(_Patient, smtplib.SMTP):
    pass


class SecureSMTP(_Patient, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self):
        return SecureSMTP if self.use_ssl else SMTP
