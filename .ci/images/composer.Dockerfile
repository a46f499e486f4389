# names: composer:2
# The program alone; its libraries are in this repository's image of PHP.
FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends php-cli php-mbstring php-xml php-curl php-sqlite3 && rm -rf /var/lib/apt/lists/*
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends composer unzip && rm -rf /var/lib/apt/lists/*
