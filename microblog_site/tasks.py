from django.core import mail

from . import mail_queue


@mail_queue.admin_task
def mail_admins(subject, message):
    mail.mail_admins(subject, message)
