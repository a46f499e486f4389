# names: nginx:alpine nginxinc/nginx-unprivileged:alpine
FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*
# As in the official image: its own start script, its user, its directory, and logs that are the container's.
RUN useradd --system --no-create-home --shell /usr/sbin/nologin nginx && sed -i 's/^user .*/user nginx;/' /etc/nginx/nginx.conf \
    && mkdir -p /usr/share/nginx/html && printf 'server { listen 80; root /usr/share/nginx/html; }\n' >/etc/nginx/sites-enabled/default \
    && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log \
    && printf '#!/bin/sh\nset -e\nexec "$@"\n' >/docker-entrypoint.sh && chmod 755 /docker-entrypoint.sh
ENTRYPOINT ["/docker-entrypoint.sh"]
EXPOSE 80
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
