"""How dates are written in each language, alike in pages, mails and the admin: as browsers write them for scripts.

Django looks for `<language>/formats.py` here before it takes its own formats (`FORMAT_MODULE_PATH`).
"""
