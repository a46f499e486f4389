# names: golang:1-bookworm golang:1.26-bookworm
# Go as its own module proxy serves it; Debian's is only there to ask for it.
FROM debian:bookworm-slim AS fetch
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends golang-go && rm -rf /var/lib/apt/lists/*
RUN cd /tmp && go mod download "golang.org/toolchain@v0.0.1-go1.26.8.linux-$(dpkg --print-architecture)" \
    && mv /root/go/pkg/mod/golang.org/toolchain@* /usr/local/go && chmod -R u+w /usr/local/go \
    && find /usr/local/go/bin /usr/local/go/pkg/tool -type f -exec chmod 755 {} + && rm -rf /usr/local/go/test

FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc g++ libc6-dev make pkg-config git && rm -rf /var/lib/apt/lists/*
COPY --from=fetch /usr/local/go /usr/local/go
ENV GOTOOLCHAIN=local GOPATH=/go PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN mkdir -p /go/src /go/bin && chmod -R 1777 /go
WORKDIR /go
CMD ["bash"]
