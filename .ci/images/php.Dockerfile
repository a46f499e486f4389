# names: php:8-cli-bookworm php:8.2-cli-bookworm
# With what Debian's Composer needs: its libraries are packages, where the official program is one file.
FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends php-cli php-mbstring php-xml php-curl php-sqlite3 && rm -rf /var/lib/apt/lists/*
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends composer unzip && rm -rf /var/lib/apt/lists/*
# What the official image has for adding an extension.
RUN printf '#!/bin/sh\nset -e\napt-get update -qq\nfor name; do apt-get install -y -qq --no-install-recommends "php8.2-$name"; done\n' > /usr/local/bin/docker-php-ext-install && chmod 755 /usr/local/bin/docker-php-ext-install
CMD ["php", "-a"]
