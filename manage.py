#!/usr/bin/env python
"""Django's commands. Without DATABASE_URL they use the running platform's database, or start one for the while."""

import os
import sys


def main():
    from jinhu_enforcement import embedded, environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhu_enforcement.settings")
    try:
        with embedded.for_command() as environ:
            os.environ.update(environ)
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except (embedded.ServerError, environment.BadEnvironment) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
