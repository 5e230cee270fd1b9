from http import HTTPStatus

from django.conf import settings

from .base import LANGUAGES, NotSetUp, Service, TryLater, is_traditional, longest

WITHOUT_MODEL = frozenset({"hr", "is", "ka", "mr", "sr", "sw", "ta", "te"})  # of Argos, which LibreTranslate uses


class LibreTranslate(Service):
    name, title = "libretranslate", "LibreTranslate"
    needs = ("TRANSLATOR_URL",)
    usual_url = ""
    element = ("code", "")
    codes = {language: language for language in LANGUAGES if language not in WITHOUT_MODEL}
    targets = {"pt-br": "pb", "zh-hant": "zt"}  # newer versions say pt-BR and zh-Hant, but accept these

    def request(self, texts, has_markup, source, target):
        body = {
            "q": texts if len(texts) > 1 else texts[0],
            "source": self._source(source, "".join(texts)),
            "target": target,
            "format": "html" if has_markup else "text",
        }
        if settings.TRANSLATOR_KEY:
            body["api_key"] = settings.TRANSLATOR_KEY
        return {"path": "/translate", "json": body}

    def _source(self, language, text):
        if not language:
            return "auto"
        return "zt" if language == "zh" and is_traditional(text) else self.codes[language]

    def read(self, payload, texts):
        answers, detected = payload["translatedText"], payload.get("detectedLanguage") or {}
        if isinstance(detected, list):
            detected = detected[longest(texts)]
        return answers if len(texts) > 1 else [answers], detected.get("language", "")

    def failure(self, status, payload, retry_after):
        message = str(payload.get("error")).lower() if isinstance(payload, dict) else ""
        if status == HTTPStatus.BAD_REQUEST and "api key" in message:
            return NotSetUp("HTTP 400: it wants a key")
        if status == HTTPStatus.FORBIDDEN and "limit" in message:  # too many requests, despite the status
            return TryLater("HTTP 403: asked too often", retry_after=retry_after)
        return super().failure(status, payload, retry_after)
