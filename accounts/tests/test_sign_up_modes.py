"""Who may sign up, with which address and which name; what administrators block; and the honeypot for simple bots."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertFormError, assertNotContains

from accounts import access
from accounts.models import BlockedDomain, BlockedName, User

from .factories import PASSWORD, UserFactory
from .test_register import sign_up

DOMAINS = "Only people with an e-mail address at one of these domains can sign up here: school.example, club.example."
BLOCKED_ADDRESS = "E-mail addresses at this domain can't be used here."
RESERVED = "This name is reserved. Choose another one."
BLOCKED_NAME = "This name can't be used here."

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def for_two_domains(settings):
    settings.REGISTRATION = "school.example, club.example"


def test_a_closed_site_says_so_and_takes_nobody(client, settings):
    settings.REGISTRATION = "closed"
    page = client.get(reverse("register"))
    assert page.status_code == 200
    assertNotContains(page, 'name="password1"')
    assert sign_up(client).status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "email",
    ["susan@example.org", "susan@sub.school.example", "susan@school.example.org", "susan@myschool.example"],
)
def test_a_site_for_some_mail_domains_takes_no_others(client, for_two_domains, email):
    assertFormError(sign_up(client, email=email).context["form"], "email", DOMAINS)
    assert not User.objects.exists()


@pytest.mark.parametrize("email", ["susan@school.example", " susan@CLUB.example "])
def test_a_site_for_some_mail_domains_takes_their_people(client, for_two_domains, email):
    sign_up(client, email=email)
    assert User.objects.get().email == email.strip().lower()


def test_a_domain_with_other_letters_is_known_in_both_spellings(client, settings):
    settings.REGISTRATION = "bücher.example"
    for number, domain in enumerate(("bücher.example", "BÜCHER.example", "xn--bcher-kva.example")):
        assert sign_up(Client(), f"susan{number}", f"susan@{domain}").status_code == 302


def test_who_only_claims_such_an_address_cannot_write(client, for_two_domains, settings):
    sign_up(client, email="susan@school.example")
    susan, john = User.objects.get(), UserFactory(email="john@school.example")
    assert (access.may_write(susan), access.may_write(john)) == (False, True)
    settings.REGISTRATION = "open"
    assert access.may_write(susan)


def test_nor_change_it_to_one_of_another_domain(client, for_two_domains):
    sign_up(client, email="susan@school.example", password=PASSWORD)
    data = {"email": "susan@example.org", "password": PASSWORD}
    assertFormError(client.post(reverse("settings_account"), data).context["form"], "email", DOMAINS)
    response = client.post(reverse("settings_account"), data | {"email": "susan@club.example"})
    assert response.status_code == 302


@pytest.mark.parametrize("mode", ["closed", "school.example"])
def test_the_staff_makes_accounts_in_every_mode(boss_client, settings, mode):
    settings.REGISTRATION = mode
    BlockedDomain.objects.create(domain="example.org")
    BlockedName.objects.create(word="sus")
    data = {"username": "susan", "email": "susan@example.org", "usable_password": "false"}
    boss_client.post(reverse("admin:accounts_user_add"), data)
    assert User.objects.named("susan").exists()


@pytest.mark.parametrize(
    "email",
    ["susan@evil.example", "susan@EVIL.example", "susan@mail.evil.example", "susan@a.b.c.evil.example"],
)
def test_blocked_domains_cannot_be_used(client, susan_client, email):
    BlockedDomain.objects.create(domain="Evil.example")
    assertFormError(sign_up(client, "sue", email).context["form"], "email", BLOCKED_ADDRESS)
    response = susan_client.post(reverse("settings_account"), {"email": email, "password": PASSWORD})
    assertFormError(response.context["form"], "email", BLOCKED_ADDRESS)


@pytest.mark.parametrize("email", ["susan@notevil.example", "susan@evil.example.org", "evil.example@example.org"])
def test_other_domains_can(client, email):
    BlockedDomain.objects.create(domain="evil.example")
    assert sign_up(client, email=email).status_code == 302


def test_a_blocked_domain_with_other_letters_is_known_in_both_spellings(boss_client, client):
    boss_client.post(reverse("admin:accounts_blockeddomain_add"), {"domain": "bücher.example"})
    for domain in ("bücher.example", "mail.xn--bcher-kva.example"):
        assertFormError(sign_up(client, email=f"susan@{domain}").context["form"], "email", BLOCKED_ADDRESS)


@pytest.mark.parametrize("username", ["rude", "RUDE", "so_rude_1", "r_u_d_e", "_ru__de", "Prude"])
def test_names_with_a_blocked_word_cannot_be_used(client, john_client, username):
    BlockedName.objects.create(word="Rude")
    response = sign_up(client, username)
    assertFormError(response.context["form"], "username", BLOCKED_NAME)
    response = john_client.post(reverse("settings_profile"), {"username": username})
    assertFormError(response.context["form"], "username", BLOCKED_NAME)
    response = john_client.post(reverse("settings_profile"), {"username": "john", "display_name": username})
    assertFormError(response.context["form"], "display_name", BLOCKED_NAME)


def test_a_word_with_an_underscore_stands_for_itself_only(client):
    BlockedName.objects.create(word="a_b")
    assert sign_up(client, "axb").status_code == 302
    assertFormError(sign_up(Client(), "xa_bx", "sue@example.org").context["form"], "username", BLOCKED_NAME)


def test_who_has_such_a_name_already_keeps_it(susan, susan_client):
    User.objects.filter(pk=susan.pk).update(display_name="Susan the rude")
    BlockedName.objects.create(word="sus")
    data = {"username": "susan", "display_name": "Susan the rude", "about_me": "Still here"}
    assert susan_client.post(reverse("settings_profile"), data).status_code == 302


def test_moderators_keep_both_lists(moderator_client):
    for path, typed, kept in (
        ("accounts_blockeddomain", {"domain": " *.Evil.Example "}, "evil.example"),
        ("accounts_blockedname", {"word": "Rude"}, "rude"),
    ):
        assert moderator_client.post(reverse(f"admin:{path}_add"), typed).status_code == 302
        assertContains(moderator_client.get(reverse(f"admin:{path}_changelist")), kept)
        assertContains(moderator_client.post(reverse(f"admin:{path}_add"), typed), "errornote")  # it exists already
    assert str(BlockedDomain.objects.get()) == "evil.example"
    assert str(BlockedName.objects.get()) == "rude"


@pytest.mark.parametrize("domain", ["evil", "evil example", "susan@", "..", "*", "https://evil.example/"])
def test_what_is_no_domain_is_refused(boss_client, domain):
    assertContains(boss_client.post(reverse("admin:accounts_blockeddomain_add"), {"domain": domain}), "errorlist")
    assert not BlockedDomain.objects.exists()


def fill_everything(client, **more):
    """Sign up like a simple bot, which fills in every field it finds."""
    data = {"username": "susan", "email": "susan@example.org", "password1": PASSWORD, "password2": PASSWORD}
    return client.post(reverse("register"), data | more)


def test_a_field_that_nobody_sees_stands_in_the_form(client):
    page = client.get(reverse("register"))
    assertContains(page, '<div class="visually-hidden" aria-hidden="true">', count=1)
    assertContains(
        page, '<input type="text" name="website" id="id_website" tabindex="-1" autocomplete="off">', html=True
    )


def test_a_program_that_fills_it_gets_no_account(client):
    response = fill_everything(client, website="https://spam.example")
    assert response.status_code == 200
    assert not User.objects.exists()


def test_somebody_whose_browser_filled_it_sees_it_and_can_empty_it(client):
    response = fill_everything(client, website="https://example.org")
    assertFormError(response.context["form"], "website", "Leave this field empty to sign up: it's there to catch bots.")
    assertContains(response, 'value="https://example.org"')
    assertContains(response, 'aria-describedby="id_website_error"')
    assertNotContains(response, 'tabindex="-1" autocomplete')
    assertNotContains(response, '<div class="visually-hidden" aria-hidden="true">')
    assert fill_everything(client, website="").status_code == 302


# Names that only look otherwise

SPELLINGS = [
    *("rúdé", "r u d e", "r.u-d_e", "r\u200bu\u00ad\u2060d\ufeffe", "rude\ufe0f", "ru\u0336de", "r\u3164ude"),
    *(
        "гude",
        "rυde",
        "ruԁe",
        "rudе",
        "RUDΕ",
        "ｒｕｄｅ",
        "𝓻𝓾𝓭𝓮",
        "ⓡⓤⓓⓔ",
        "🅁🅄🄳🄴",
        "🆁🆄🅳🅴",
        "ʀᴜᴅᴇ",
        "rud3",
        "RUD€",
        "ʳᵘᵈᵉ",
    ),
    *("so\u202erude", "Anna Crude"),
]


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_blocked_word_is_known_in_other_spellings(john_client, name):
    BlockedName.objects.create(word="rude")
    response = john_client.post(reverse("settings_profile"), {"username": "john", "display_name": name})
    assertFormError(response.context["form"], "display_name", BLOCKED_NAME)


@pytest.mark.parametrize(
    ("word", "name", "is_blocked"),
    [
        ("хамло", "ХАМЛ0", True),
        ("rüpel", "RUPEL", True),
        ("1488", "ana1488", True),
        ("1488", "Isabella", False),
        ("كلب", "كَلْـب", True),
        ("काम", "कम", False),
        ("시바", "시발", False),
        ("バカ", "ばか", False),
        ("バカ", "ﾊﾞｶ", True),
        ("★★", "Ana ★★", True),
        ("★★", "Ana", False),
        ("villain", "Viliain", True),
        ("modem", "My rnodem", True),
        ("ali", "All", False),
        ("ali", "al1", True),
        ("all", "al1", True),
    ],
)
def test_in_every_script(db, word, name, is_blocked):
    BlockedName.objects.create(word=word)
    assert BlockedName.objects.are_in(name) is is_blocked


@pytest.mark.parametrize(
    "username",
    [
        *(
            "sysop",
            "Operator",
            "adm1n",
            "4dmin",
            "ADM1N1STRAT0R",
            "supp0rt",
            "admln",
            "rnoderator",
            "0fficlal",
            "r00t_",
            "the_m0ds",
            "adm_in",
            "admin_2026",
        ),
        *("administrador", "moderador", "soporte", "suporte", "hilfe", "aide", "yonetici", "m1cr0blog", "Micro_Blog_"),
    ],
)
def test_a_name_that_passes_for_the_site_is_reserved_in_other_spellings_and_languages(client, db, username):
    assertFormError(sign_up(client, username).context["form"], "username", RESERVED)


@pytest.mark.parametrize(
    "username", ["ali", "ali1", "ail", "modem", "adele", "hello", "mesut", "staffan", "sita", "_7_", "123"]
)
def test_others_are_not(client, db, username):
    assert sign_up(client, username).status_code == 302


def test_nor_does_anybody_have_the_name_of_the_site_in_another_spelling(client, settings, db):
    settings.SITE_NAME = "Große Straße 7"
    for username in ("grossestrasse7", "gr0sse_strasse_7"):
        assertFormError(sign_up(client, username).context["form"], "username", RESERVED)
