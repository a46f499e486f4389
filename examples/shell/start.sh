#!/bin/sh -eu
# Writes a page from what this host knows, and serves it.
mkdir -p page
printf '<h1>Hello from %s</h1>\n' "$0" > page/index.html
exec python3 -m http.server --bind "$BIND_ADDRESS" --directory page "$PORT"
