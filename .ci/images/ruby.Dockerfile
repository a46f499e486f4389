# names: ruby:3-slim-bookworm ruby:3.1-slim-bookworm
# Gems from Debian's packages, because RubyGems may not be in reach.
FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ruby ruby-dev ruby-bundler puma ruby-sinatra && rm -rf /var/lib/apt/lists/*
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ruby-rails ruby-sqlite3 jekyll jekyll-theme-minima ruby-jekyll-feed tzdata && rm -rf /var/lib/apt/lists/*
CMD ["irb"]
