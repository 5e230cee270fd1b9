from django.core import mail
from django.tasks import task


@task
def mail_admins(subject, message):
    mail.mail_admins(subject, message)
