# names: elixir:slim elixir:1.14-slim
FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends elixir erlang-dev erlang-xmerl erlang-eunit && rm -rf /var/lib/apt/lists/*
ENV LANG=C.UTF-8
CMD ["iex"]
