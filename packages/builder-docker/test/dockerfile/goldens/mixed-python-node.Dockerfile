# mixed-python-node, from its build plan. Printed by `hop3 build --print-dockerfile`.
FROM python:3-slim-bookworm AS base
COPY --from=node:24-bookworm-slim /usr/local/bin/node /usr/local/bin/node
COPY --from=node:24-bookworm-slim /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && ln -sf ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
WORKDIR /app

FROM base AS source
COPY . .
RUN rm -rf ./.hop3 \
    && find . \( -name .git -o -name .venv -o -name .hop3-tools -o -name __pycache__ -o -name node_modules \) -prune -exec rm -rf {} +

FROM base AS install
ENV PATH="/app/node_modules/.bin:$PATH"
COPY package.json /app/package.json
RUN export npm_config_audit=false npm_config_fund=false npm_config_progress=false npm_config_update_notifier=false \
    && npm install --no-package-lock

FROM install AS python-setup
ENV PATH="/app/.venv/bin:$PATH"
RUN python3 -m venv .venv

FROM python-setup AS python-install
COPY requirements.txt /app/requirements.txt
RUN export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_PROGRESS_BAR=off PIP_ROOT_USER_ACTION=ignore \
    && .venv/bin/pip install -r requirements.txt

FROM python-install AS build
COPY --from=source /app /app
RUN export NODE_ENV=production \
    && npm run build

FROM python:3-slim-bookworm
LABEL org.opencontainers.image.title="mixed-python-node" org.opencontainers.image.base.name="python:3-slim-bookworm" hop3.app="mixed-python-node"
COPY --from=node:24-bookworm-slim /usr/local/bin/node /usr/local/bin/node
COPY --from=node:24-bookworm-slim /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && ln -sf ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
RUN { grep -q '^[^:]*:[^:]*:1000:' /etc/passwd || { echo 'app:x:1000:1000::/home/app:/bin/sh' >> /etc/passwd && echo 'app:x:1000:' >> /etc/group; }; } \
    && mkdir -p /home/app && chown 1000:1000 /home/app
COPY --chown=1000:1000 --from=build /app /app
ENV HOME="/home/app" PORT="8080" BIND_ADDRESS="0.0.0.0"
ENV NODE_ENV="production" \
    PYTHONDONTWRITEBYTECODE="1" \
    PYTHONFAULTHANDLER="1" \
    PYTHONUNBUFFERED="1" \
    VIRTUAL_ENV="/app/.venv"
ENV PATH="/app/node_modules/.bin:/app/.venv/bin:$PATH"
WORKDIR /app
USER 1000:1000
EXPOSE 8080
ENTRYPOINT []
CMD ["node","server.js"]
