/** What the web server of a host is told, so that it leads to the proxy of a home. Pure text. */
import { visible, type Host } from '@hop3/core'
import { reachable } from '@hop3/core/routes'

export interface HostNames {
  readonly home: string
  /** RFC 1123 names. */
  readonly hosts: readonly string[]
  /** Where the server answers. */
  readonly port: number
  /** Where the proxy of the home does. */
  readonly listen: Host['listen']
}

/** `mark` is for `askedServer`, and nothing an app has. */
export function nginxServers({ home, hosts, port, listen }: HostNames, mark: string): string {
  return `# Made by hop3 doctor: these names lead to the apps of ${visible(home)}.
map $http_upgrade $hop3_host_connection { default ""; "~." upgrade; }
server {
  listen ${port};
  server_name ${hosts.join(' ')};
  client_max_body_size 0;
  location = /${mark} {
    add_header hop3-doctor ${mark} always;
    proxy_pass http://${reached(listen)};
  }
  location / {
    proxy_pass http://${reached(listen)};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $hop3_host_connection;
    proxy_buffering off;
    proxy_request_buffering off;
    proxy_read_timeout 1h;
  }
}
`
}

/** Caddy gets certificates for these names by itself, unless it answers somewhere unusual. */
export function caddySites({ home, hosts, port, listen }: HostNames, mark: string): string {
  const names = port === 80 ? hosts : hosts.map((name) => `http://${name}:${port}`)
  return `# Made by hop3 doctor: these names lead to the apps of ${visible(home)}.
${names.join(', ')} {
\theader /${mark} hop3-doctor ${mark}
\treverse_proxy ${reached(listen)}
}
`
}

function reached({ address, port }: Host['listen']): string {
  const host = reachable(address)
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
