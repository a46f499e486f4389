# node-npm, from its build plan. Printed by `hop3 build --print-dockerfile`.
FROM node:24-bookworm-slim AS base
WORKDIR /app

FROM base AS source
COPY . .
RUN rm -rf ./.hop3 \
    && find . \( -name .git -o -name node_modules \) -prune -exec rm -rf {} +

FROM base AS install
ENV PATH="/app/node_modules/.bin:$PATH"
COPY package.json /app/package.json
COPY package-lock.json /app/package-lock.json
RUN --mount=type=cache,target=/root/.npm export npm_config_audit=false npm_config_fund=false npm_config_progress=false npm_config_update_notifier=false \
    && npm ci

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="node-npm" org.opencontainers.image.base.name="node:24-bookworm-slim" hop3.app="node-npm"
RUN { grep -q '^[^:]*:[^:]*:1000:' /etc/passwd || { echo 'app:x:1000:1000::/home/app:/bin/sh' >> /etc/passwd && echo 'app:x:1000:' >> /etc/group; }; } \
    && mkdir -p /home/app && chown 1000:1000 /home/app
COPY --chown=1000:1000 --from=install /app /app
COPY --chown=1000:1000 --from=source /app /app
ENV HOME="/home/app" PORT="8080" BIND_ADDRESS="0.0.0.0"
ENV NODE_ENV="production"
ENV PATH="/app/node_modules/.bin:$PATH"
WORKDIR /app
USER 1000:1000
EXPOSE 8080
ENTRYPOINT []
CMD ["node","server.js"]
