from django.conf import settings

from .base import LANGUAGES, PAUSE_WITHOUT_QUOTA, Service, TryLater, longest


class DeepL(Service):
    name, title = "deepl", "DeepL"
    needs = ("TRANSLATOR_KEY",)
    element = ("x", "")
    codes = {language: language.upper() for language in LANGUAGES}
    targets = {code.lower(): code for code in ("EN-GB", "PT-BR", "ZH-HANS", "ZH-HANT")}
    targets |= {"en": "EN-US", "pt": "PT-PT", "zh": "ZH-HANS"}

    @property
    def usual_url(self):
        free = settings.TRANSLATOR_KEY.endswith(":fx")
        return "https://api-free.deepl.com" if free else "https://api.deepl.com"

    def request(self, texts, has_markup, source, target):
        body = {"text": texts, "target_lang": target, "preserve_formatting": True}
        if source:
            body["source_lang"] = self.codes[source]
        if has_markup:
            name = self.element[0]
            body |= {"tag_handling": "xml", "ignore_tags": [name], "non_splitting_tags": [name]}
        key = {"Authorization": f"DeepL-Auth-Key {settings.TRANSLATOR_KEY}"}
        return {"path": "/v2/translate", "headers": key, "json": body}

    def read(self, payload, texts):
        results = payload["translations"]
        return [result["text"] for result in results], results[longest(texts)].get("detected_source_language", "")

    def failure(self, status, payload, retry_after):
        if status == 456:
            return TryLater("HTTP 456: no quota left", retry_after=retry_after or PAUSE_WITHOUT_QUOTA)
        return super().failure(status, payload, retry_after)
