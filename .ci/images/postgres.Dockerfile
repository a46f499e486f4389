# names: postgres:15 postgres:15-bookworm
# Debian's PostgreSQL, used as a compose file uses the official image: POSTGRES_*, /docker-entrypoint-initdb.d, /var/lib/postgresql/data.
FROM debian:bookworm-slim
# Its user has the number of the official image's, and no cluster is made while the package is installed.
RUN groupadd --system --gid 999 postgres && useradd --system --gid postgres --uid 999 --home-dir /var/lib/postgresql --shell /bin/bash postgres \
    && apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-common \
    && sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
    && apt-get install -y -qq --no-install-recommends postgresql-15 && rm -rf /var/lib/apt/lists/*
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data
RUN mkdir -p /docker-entrypoint-initdb.d "$PGDATA" && chown -R postgres:postgres /var/lib/postgresql /run/postgresql && chmod 1777 "$PGDATA"
COPY --chmod=755 postgres-entrypoint /usr/local/bin/docker-entrypoint.sh
VOLUME /var/lib/postgresql/data
# Fast: sessions are ended, nothing is left to recover.
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
