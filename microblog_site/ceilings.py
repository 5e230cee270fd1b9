"""What columns hold at most, in characters: the models are made with it, and no setting allows more."""

USERNAME = 150
DISPLAY_NAME = 200
POST = 10_000
ABOUT_ME = REPORT_COMMENT = 10_000  # their columns hold any length, pages do not
