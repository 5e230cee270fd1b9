"""A real SMTP server: for tests, and for `make mail`."""

import asyncio
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller

from .ports import free_port


class Postbox:
    """The messages received by the server at `port` of this machine; while `full`, it refuses them.

    So do `replies` to commands (`{"RCPT": "550 …"}`), beginnings of addresses in `refused`, and the end of its `room`.
    It takes `seconds` to accept one. `introduced` holds the names by which clients introduced themselves.
    """

    def __init__(self, port):
        self.port = port
        self.received = []
        self.introduced = []
        self.full = False
        self.replies = {}
        self.refused = ()
        self.room = 1000
        self.seconds = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.introduced.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.replies.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith(tuple(self.refused)):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return self.replies.get("RCPT", "250 OK")

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.replies:
            return self.replies["DATA"]
        if self.full or len(self.received) >= self.room:
            return "452 4.2.2 Mailbox full"
        await asyncio.sleep(self.seconds)
        self.received.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


class Printer:
    """Prints each e-mail in readable form, so that its links can be clicked."""

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=default)
        print(f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{mail.get_body(['plain']).get_content()}", flush=True)
        return "250 OK"


@contextmanager
def serve(kind=Postbox):
    postbox = kind(free_port())
    server = Controller(postbox, hostname="127.0.0.1", port=postbox.port)
    server.start()
    try:
        yield postbox
    finally:
        server.stop()
