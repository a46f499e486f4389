# names: debian:12 debian:bookworm
FROM debian:bookworm-slim
