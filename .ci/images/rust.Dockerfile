# names: rust:1-slim-bookworm
# Rust by rustup, which is a package of Debian 13: its toolchain runs on Debian 12.
FROM debian:bookworm-slim AS fetch
RUN sed 's/bookworm/trixie/g' /etc/apt/sources.list > /etc/apt/sources.list.d/trixie.list \
    && printf 'Package: *\nPin: release n=trixie\nPin-Priority: 1\n' > /etc/apt/preferences.d/trixie \
    && apt-get update -qq && apt-get install -y -qq --no-install-recommends -t trixie rustup && rm -rf /var/lib/apt/lists/*
ENV RUSTUP_HOME=/rustup
RUN rustup toolchain install --profile minimal 1.95.0 && mv /rustup/toolchains/* /rust && rm -rf /rust/share/doc

FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY --from=fetch /rust /usr/local/rustup/toolchains/1
RUN mkdir -p /usr/local/cargo && ln -s ../rustup/toolchains/1/bin /usr/local/cargo/bin && chmod -R a+w /usr/local/cargo
CMD ["bash"]
