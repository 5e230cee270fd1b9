import re
from http import HTTPStatus

from django.conf import settings

from .base import LANGUAGES, PAUSE_WITHOUT_QUOTA, Service, TryLater, is_traditional, longest


class Microsoft(Service):
    name, title = "microsoft", "Microsoft Translator"
    needs = ("TRANSLATOR_KEY", "TRANSLATOR_REGION")
    usual_url = "https://api.cognitive.microsofttranslator.com"
    element = ("span", ' translate="no"')
    codes = {language: language for language in LANGUAGES} | {"sr": "sr-Cyrl", "tl": "fil", "zh": "zh-Hans"}
    targets = {"pt": "pt-pt", "pt-br": "pt", "sr-latn": "sr-Latn", "zh-hant": "zh-Hant"}

    def request(self, texts, has_markup, source, target):
        parameters = {"api-version": "3.0", "to": target, "textType": "html" if has_markup else "plain"}
        if source:
            parameters["from"] = self._source(source, "".join(texts))
        return {
            "path": "/translate",
            "params": parameters,
            "headers": {
                "Ocp-Apim-Subscription-Key": settings.TRANSLATOR_KEY,
                "Ocp-Apim-Subscription-Region": settings.TRANSLATOR_REGION,
            },
            "json": [{"Text": text} for text in texts],
        }

    def _source(self, language, text):
        """The source language with its script, which this service requires."""
        if language == "sr" and not re.search(r"[\u0400-\u04ff]", text):
            return "sr-Latn"
        return "zh-Hant" if language == "zh" and is_traditional(text) else self.codes[language]

    def read(self, payload, texts):
        detected = payload[longest(texts)].get("detectedLanguage", {}).get("language", "")
        return [result["translations"][0]["text"] for result in payload], detected

    def failure(self, status, payload, retry_after):
        error = payload.get("error") if isinstance(payload, dict) else None
        if status == HTTPStatus.FORBIDDEN and isinstance(error, dict) and str(error.get("code")) == "403001":
            return TryLater("HTTP 403001: no quota left", retry_after=retry_after or PAUSE_WITHOUT_QUOTA)
        return super().failure(status, payload, retry_after)
