"""What gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")

GUNICORN_BOOT_ERROR = 3

try:
    django_application = get_wsgi_application()
except SystemExit as refused:
    # The environment was refused and the reasons are printed. With any other code than this one gunicorn would start
    # the same worker again and again.
    raise SystemExit(GUNICORN_BOOT_ERROR) from refused

from xlcfi.api.chunked import ChunkedBodies  # noqa: E402
from xlcfi.api.statement_limit import limit_statements  # noqa: E402

limit_statements(milliseconds=settings.DATABASE_STATEMENT_TIMEOUT_MS)
application = ChunkedBodies(django_application, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
