# go-http, from its build plan. Printed by `hop3 build --print-dockerfile`.
FROM golang:1-bookworm AS base
WORKDIR /app

FROM base AS source
COPY . .
RUN rm -rf ./.hop3 ./.hop3-tools \
    && find . \( -name .git \) -prune -exec rm -rf {} +

FROM base AS build
COPY --from=source /app /app
RUN --mount=type=cache,target=/root/.cache/go-build export CGO_ENABLED=0 GOFLAGS='-mod=readonly -modcacherw' \
    && go build -buildvcs=false -trimpath '-ldflags=-s -w' -o bin/go-http .

FROM base AS files
RUN mkdir -p /files/etc/ssl/certs /files/usr/share /files/tmp && chmod 1777 /files/tmp \
    && echo 'app:x:1000:1000::/home/app:/sbin/nologin' > /files/etc/passwd && echo 'app:x:1000:' > /files/etc/group \
    && cp /etc/ssl/certs/ca-certificates.crt /files/etc/ssl/certs/ && cp "$(go env GOROOT)/lib/time/zoneinfo.zip" /files/usr/share/ \
    && mkdir -p /home/app

FROM scratch
LABEL org.opencontainers.image.title="go-http" hop3.app="go-http"
COPY --from=files /files /
COPY --chown=1000:1000 --from=files /home/app /home/app
COPY --chown=1000:1000 --from=build /app /app
ENV HOME="/home/app" PATH="/usr/local/bin:/usr/bin:/bin" ZONEINFO="/usr/share/zoneinfo.zip" PORT="8080" BIND_ADDRESS="0.0.0.0"
WORKDIR /app
USER 1000:1000
EXPOSE 8080
CMD ["bin/go-http"]
