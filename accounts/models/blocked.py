"""Mail domains and words in names that the operator has blocked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from microblog_site import lookalikes

from .case import AsciiLower


class BlockedDomainQuerySet(models.QuerySet):
    def covering(self, domain):
        """The entries for `domain` and its parent domains."""
        labels = domain.split(".")
        return self.filter(domain__lower__in=[".".join(labels[start:]) for start in range(len(labels))])


class BlockedDomain(models.Model):
    """A mail domain whose addresses, and those of its subdomains, cannot be used."""

    domain = models.CharField(
        _("domain"), max_length=255, help_text=_("For example evil.example. Its subdomains are blocked too.")
    )

    objects = BlockedDomainQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked e-mail domain")
        verbose_name_plural = _("blocked e-mail domains")
        constraints = [models.UniqueConstraint(AsciiLower("domain"), name="unique_blocked_domain_without_case")]

    def __str__(self):
        return self.domain


class BlockedNameQuerySet(models.QuerySet):
    def are_in(self, name):
        """Whether `name` contains one of the words, in whatever spelling."""
        return any(lookalikes.contains(name, word) for word in self.values_list("word", flat=True))


class BlockedName(models.Model):
    """A word that no new user name or display name may contain."""

    word = models.CharField(
        _("word"),
        max_length=150,
        help_text=_(
            "New names can't contain it, even inside another word: choose one that isn't part of ordinary words."
        ),
    )

    objects = BlockedNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked word in names")
        verbose_name_plural = _("blocked words in names")
        constraints = [models.UniqueConstraint(AsciiLower("word"), name="unique_blocked_name_without_case")]

    def __str__(self):
        return self.word
