"""Stand-ins for translation services: real HTTP servers that implement their documented APIs.

`serve("deepl")` starts one. It translates the `phrases` it knows and converts everything else to capitals; it refuses
what the service would refuse. `failures` has the ways in which a service can fail.
"""

import gzip
import html
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

KEY = "6f0c1a2e-stand-in-key"
REGION = "westeurope"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = SimpleNamespace(path=url.path, query=parse_qs(url.query), headers=self.headers, json=json.loads(body))
        self.server.asked.append(request)
        if self.server.failure:
            self.close_connection = True
            self.server.failure(self)
        elif url.path != self.server.path or self.headers["Content-Type"].partition(";")[0] != "application/json":
            self.reply(404, b"", "text/html")
        else:
            self.reply_json(*self.server.answer(request))

    def do_GET(self):
        self.server.asked.append(SimpleNamespace(path=self.path, headers=self.headers))
        self.reply(405, b"")

    def reply_json(self, status, payload, **headers):
        self.reply(status, json.dumps(payload).encode(), "application/json; charset=utf-8", **headers)

    def reply(self, status, content, content_type="application/json", **headers):
        self.begin(status, **{"Content-Type": content_type, "Content-Length": len(content), **headers})
        self.wfile.write(content)

    def begin(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    settings = {}
    path = "/translate"
    languages = frozenset(
        re.findall(
            r"\w+",
            "ar bg bn ca cs da de el en es et eu fa fi fr he hi hr hu id is it ja ka ko lt lv mr ms nb nl pl pt ro ru "
            "sk sl sv sw ta te th tr uk ur vi",
        )
    )

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []
        self.phrases = {}  # by target language: {"es": {"こんにちは": "Hola"}}
        self.detected = "ja"  # the language it detects if asked to
        self.failure = None  # a function that responds instead, given the handler
        self.gate = threading.Event()  # translations wait for it
        self.gate.set()
        self.stopping = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *args):
        """The client went away: some tests are about that."""

    def answer(self, request):
        """Status and JSON."""
        self.gate.wait(60)
        return self.translation(request)

    def translated(self, text, language):
        """`text` in `language`, with its surrounding white space."""
        words = text.strip()
        start = text.index(words)
        return text[:start] + self.phrases.get(language, {}).get(words, words.upper()) + text[start + len(words) :]

    def translated_markup(self, text, language, kept):
        """Translate markup, leaving tags and elements that match `kept` as they are."""
        return "".join(
            part if position % 2 else html.escape(self.translated(html.unescape(part), language), quote=False)
            for position, part in enumerate(re.split(rf"({kept}|<[^>]*>)", text))
        )


class Microsoft(Server):
    settings = {"TRANSLATOR_KEY": KEY, "TRANSLATOR_REGION": REGION}
    sources = Server.languages | {"fil", "sr-Cyrl", "sr-Latn", "zh-Hans", "zh-Hant"}
    targets = sources | {"pt-pt"}

    def translation(self, request):
        query = {name: values[-1] for name, values in request.query.items()}
        language = query.get("to")
        if request.headers["Ocp-Apim-Subscription-Key"] != KEY:
            return self.error(401000, "The request is not authorized because credentials are missing or invalid.")
        if request.headers["Ocp-Apim-Subscription-Region"] != REGION:
            return self.error(401000, "The request is not authorized because credentials are missing or invalid.")
        if query.get("api-version") != "3.0":
            return self.error(400021, "The API version parameter is missing or invalid.")
        if language not in self.targets:
            return self.error(400036, "The target language is not valid.")
        if "from" in query and query["from"] not in self.sources:
            return self.error(400035, "The source language is not valid.")
        found = {} if "from" in query else {"detectedLanguage": {"language": self.detected, "score": 0.98}}
        return 200, [
            found | {"translations": [{"text": self.one(item["Text"], query, language), "to": language}]}
            for item in request.json
        ]

    def one(self, text, query, language):
        if query.get("textType") != "html":
            return self.translated(text, language)
        return self.translated_markup(text, language, '<span translate="no"[^>]*>[^<]*</span>')

    @staticmethod
    def error(code, message):
        return code // 1000, {"error": {"code": code, "message": message}}


class DeepL(Server):
    settings = {"TRANSLATOR_KEY": KEY}
    path = "/v2/translate"
    sources = frozenset(map(str.upper, Server.languages | {"sr", "tl", "zh"}))
    targets = sources | {"EN-GB", "EN-US", "PT-BR", "PT-PT", "ZH-HANS", "ZH-HANT"}

    def translation(self, request):
        body = request.json
        if request.headers["Authorization"] != f"DeepL-Auth-Key {KEY}":
            return 403, {"message": "Forbidden"}
        if body.get("target_lang") not in self.targets:
            return 400, {"message": "Value for 'target_lang' not supported."}
        if body.get("source_lang", "EN") not in self.sources:
            return 400, {"message": "Value for 'source_lang' not supported."}
        if len(body["text"]) > 50:
            return 413, {"message": "Too many texts."}
        source = body.get("source_lang") or self.detected.upper()
        try:
            texts = [self.one(text, body) for text in body["text"]]
        except ElementTree.ParseError:
            return 400, {"message": "Tag handling parsing failed, please check input."}
        return 200, {"translations": [{"detected_source_language": source, "text": text} for text in texts]}

    def one(self, text, body):
        language = body["target_lang"].lower()
        if "tag_handling" not in body:
            return self.translated(text, language)
        ElementTree.fromstring(f"<text>{text}</text>")
        (name,) = body["ignore_tags"]
        return self.translated_markup(text, language, f"<{name}[^>]*>[^<]*</{name}>")


class LibreTranslate(Server):
    """Needs no key, unless `needs_key`; its output is not escaped, even HTML."""

    without_model = frozenset({"hr", "is", "ka", "mr", "sw", "ta", "te"})
    codes = Server.languages - without_model | {"pb", "tl", "zh", "zt"}
    needs_key = False

    def translation(self, request):
        body = request.json
        if "api_key" in body and body["api_key"] != KEY:
            return 403, {"error": "Invalid API key"}
        if self.needs_key and "api_key" not in body:
            return 400, {"error": "Visit https://portal.translate.example to get an API key"}
        for language in (body["source"], body["target"]):
            if language not in self.codes | {"auto"}:
                return 400, {"error": f"{language} is not supported"}
        is_batch = isinstance(body["q"], list)
        answers = [self.one(text, body) for text in (body["q"] if is_batch else [body["q"]])]
        found = {"confidence": 90.0, "language": self.detected}
        payload = {"translatedText": answers if is_batch else answers[0]}
        if body["source"] == "auto":
            payload["detectedLanguage"] = [found] * len(answers) if is_batch else found
        return 200, payload

    def one(self, text, body):
        if body["format"] == "text":
            return html.unescape(self.translated(text, body["target"]))
        return html.unescape(self.translated_markup(text, body["target"], "<code[^>]*>[^<]*</code>"))


KINDS = {"microsoft": Microsoft, "deepl": DeepL, "libretranslate": LibreTranslate}


@contextmanager
def serve(name):
    """Serve the stand-in for the service with this name in the settings; `server.knobs` are the settings to use it."""
    server = KINDS[name]()
    server.name = name
    server.knobs = {
        "TRANSLATOR": name,
        "TRANSLATOR_KEY": "",
        "TRANSLATOR_REGION": "",
        **server.settings,
        "TRANSLATOR_URL": server.url,
    }
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


# Ways to fail: functions that take the handler, for `server.failure`.


def says(status, content=b"", content_type="application/json", **headers):
    """A response with this status and content: bytes, or something to encode as JSON."""
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda handler: handler.reply(status, content, content_type, **headers)


def redirects(url):
    return says(307, Location=url)


def silent(handler):
    """Accept the request and never respond."""
    handler.server.stopping.wait(60)


def drips_headers(handler):
    """Endless headers, a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(handler)


def drips_body(handler):
    """An endless body, a byte at a time."""
    handler.begin(200, Content_Type="application/json")
    _drip(handler)


def _drip(handler):
    while not handler.server.stopping.wait(0.02):
        handler.wfile.write(b"x")


def breaks_off(handler):
    handler.begin(200, Content_Type="application/json", Content_Length=1000)
    handler.wfile.write(b'[{"translations"')


def is_endless(handler):
    """10 MB, and more for clients that keep reading."""
    handler.begin(200, Content_Type="application/json")
    while not handler.server.stopping.is_set():
        handler.wfile.write(b" " * 64 * 1024)


def sends_a_bomb(handler):
    """20 MB of JSON in 100 KB."""
    content = gzip.compress(b'["' + b" " * 20_000_000 + b'"]', compresslevel=1)
    handler.reply(200, content, Content_Encoding="gzip")
