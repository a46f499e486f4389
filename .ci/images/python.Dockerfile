# names: python:3-slim-bookworm python:3.11-slim-bookworm
FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv python3-pip && rm -rf /var/lib/apt/lists/*
# As in the official image, pip may install for everyone, and `python` is a program.
RUN rm -f /usr/lib/python3*/EXTERNALLY-MANAGED && ln -s python3 /usr/bin/python
CMD ["python3"]
