#!/usr/bin/env python
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "microblog_site.settings")
    from django.core.management import execute_from_command_line

    from microblog_site.database.failure import exit_when_down
    from microblog_site.env import exit_on_mistakes

    with exit_on_mistakes(), exit_when_down():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
