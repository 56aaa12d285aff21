# One image for everything: web (the default), consumers and jobs differ by their command only.
#   docker build -t xlcfi-data .
#   docker run --env-file … xlcfi-data                                    web
#   docker run --env-file … xlcfi-data python manage.py consume           consumers
#   docker run --env-file … xlcfi-data python manage.py rebuild --apply   a job
FROM python:3.12-slim-bookworm AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /tmp/requirements.txt

FROM python:3.12-slim-bookworm
# LightGBM's library is linked against it; the slim image leaves it out.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONUTF8=1
# Fixed numbers, so that an orchestrator can be told that this image never runs as root.
RUN groupadd --gid 10001 xlcfi && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin xlcfi
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY deploy/gunicorn.conf.py deploy/gunicorn.conf.py
COPY xlcfi xlcfi
COPY analytics analytics
COPY recommendations recommendations
COPY ml ml
COPY images images
COPY reports reports
COPY etl etl
# The admin's and the API page's files, served by the web itself. They need no database and no real secret.
RUN python -m compileall -q . \
 && DEPLOYMENT=development python manage.py collectstatic --noinput \
 && mkdir -p var && chown -R xlcfi:xlcfi var
USER 10001:10001
EXPOSE 8000
# gunicorn's and the consumers' own sign to end in order.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/live\", timeout=4)"]
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "xlcfi.wsgi:application"]
