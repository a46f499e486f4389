# names: crystallang/crystal:latest crystallang/crystal:1
FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends crystal gcc libc6-dev libevent-dev libgc-dev libgmp-dev libpcre2-dev libpcre3-dev libssl-dev libxml2-dev libyaml-dev zlib1g-dev make git && rm -rf /var/lib/apt/lists/*
CMD ["/bin/sh"]
