"""A real SMTP server: for tests, and for `make mail`."""

from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller

from .ports import free_port


class Postbox:
    """The messages received by the server at `port` of this machine; while `full`, it refuses them."""

    def __init__(self, port):
        self.port = port
        self.received = []
        self.full = False

    async def handle_DATA(self, server, session, envelope):
        if self.full:
            return "452 4.2.2 Mailbox full"
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
