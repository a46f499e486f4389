# django, from its build plan. Printed by `hop3 build --print-dockerfile`.
FROM python:3-slim-bookworm AS base
WORKDIR /app

FROM base AS source
COPY . .
RUN rm -rf ./.hop3 \
    && find . \( -name .git -o -name .venv -o -name .hop3-tools -o -name __pycache__ \) -prune -exec rm -rf {} +

FROM base AS setup
ENV PATH="/app/.venv/bin:$PATH"
RUN python3 -m venv .venv

FROM setup AS install
COPY requirements.txt /app/requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_PROGRESS_BAR=off PIP_ROOT_USER_ACTION=ignore \
    && .venv/bin/pip install -r requirements.txt

FROM install AS build
COPY --from=source /app /app
RUN --mount=type=secret,id=SECRET_KEY if [ -f /run/secrets/SECRET_KEY ]; then SECRET_KEY="$(cat /run/secrets/SECRET_KEY; printf x)"; export SECRET_KEY="${SECRET_KEY%x}"; fi \
    && .venv/bin/python manage.py collectstatic --noinput

FROM python:3-slim-bookworm
LABEL org.opencontainers.image.title="django" org.opencontainers.image.base.name="python:3-slim-bookworm" hop3.app="django"
RUN { grep -q '^[^:]*:[^:]*:1000:' /etc/passwd || { echo 'app:x:1000:1000::/home/app:/bin/sh' >> /etc/passwd && echo 'app:x:1000:' >> /etc/group; }; } \
    && mkdir -p /home/app && chown 1000:1000 /home/app
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --target /opt/uwsgi pyuwsgi==2.0.30.post1 \
    && printf '%s\n' 'import sys' 'import pyuwsgi' 'del sys.path[0]' 'pyuwsgi.run(sys.argv[1:])' > /opt/uwsgi/run.py \
    && printf '%s\n' '#!/bin/sh' 'exec python3 /opt/uwsgi/run.py "$@"' > /usr/local/bin/uwsgi && chmod 755 /usr/local/bin/uwsgi
COPY --chown=1000:1000 --from=build /app /app
ENV HOME="/home/app" PORT="8080" BIND_ADDRESS="0.0.0.0"
ENV PYTHONDONTWRITEBYTECODE="1" \
    PYTHONFAULTHANDLER="1" \
    PYTHONUNBUFFERED="1" \
    VIRTUAL_ENV="/app/.venv"
ENV PATH="/app/.venv/bin:$PATH"
WORKDIR /app
USER 1000:1000
EXPOSE 8080
ENTRYPOINT []
CMD ["/bin/sh","-c","exec uwsgi --hook-master-start \"unix_signal:15 gracefully_kill_them_all\" --strict --master --die-on-term --need-app --lazy-apps --no-orphans --enable-threads --single-interpreter --disable-logging --buffer-size 32768 --http-socket \"$BIND_ADDRESS:$PORT\" --processes \"${WEB_CONCURRENCY:-1}\" --threads 32 --static-map /static=/app/staticfiles --module mysite.wsgi:application"]
