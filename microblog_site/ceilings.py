"""The maximum lengths of columns, in characters: models use them, and no setting may exceed them."""

USERNAME = 150
DISPLAY_NAME = 200
POST = 10_000
CONTENT_WARNING = 100
ABOUT_ME = REPORT_COMMENT = 10_000  # the columns are unlimited; this keeps pages reasonable
