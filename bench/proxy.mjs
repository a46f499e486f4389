// Embedded proxy against nginx and Caddy: the same upstream, then the same files. Loopback only; about a minute.
//
//   npm run build && node bench/proxy.mjs [seconds per run] [rounds]
//
// Needs wrk, nginx and caddy on PATH. Everything it starts it ends, and it writes to a temporary directory only.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resident } from './measure.mjs'

const seconds = Number(process.argv[2] ?? 2)
const rounds = Number(process.argv[3] ?? 5)
const connections = 32
// As `server-process.ts` starts it.
const flags = ['--max-semi-space-size=1', '--max-old-space-size=256', '--v8-pool-size=1', '--no-maglev']
const entry = fileURLToPath(new URL('../packages/proxy-embedded/dist/server.js', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
chmodSync(directory, 0o755) // nginx started by root serves as another user
const children = []
const upstreamProgram = `
const body = Buffer.from('a small answer, as an API gives it')
require('node:http').createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length })
  response.end(body)
}).listen(Number(process.argv[1]), '127.0.0.1')
`

try {
  const programs = ['wrk', 'nginx', 'caddy'].filter((name) => spawnSync('which', [name], { env: toolEnv() }).status !== 0)
  if (programs.length > 0) throw new Error(`not on PATH: ${programs.join(', ')}`)
  const servers = await startAll()
  const idle = resident(servers.embeddedPid)
  const rows = []
  for (const kind of ['upstream', 'files']) {
    const targets = servers[kind]
    const results = Object.fromEntries(Object.keys(targets).map((name) => [name, []]))
    for (let round = 0; round < rounds; round++) for (const [name, url] of Object.entries(targets)) results[name].push(await measure(url))
    rows.push(...report(kind, results))
  }
  console.log(
    ['', '| what | server | requests/s | p50 ms | p99 ms | of nginx | p99 of nginx |', '|---|---|---|---|---|---|---|', ...rows].join('\n'),
  )
  console.log(
    `\nembedded: ${idle} before, ${resident(servers.embeddedPid)} after; Node ${process.version}, wrk -t1 -c${connections}, ${rounds} rounds of ${seconds} s, medians`,
  )
} finally {
  for (const child of children) child.kill('SIGTERM')
  await Promise.all(
    children
      .filter((child) => (child.exitCode ?? child.signalCode) === null)
      .map((child) => new Promise((resolve) => child.once('exit', resolve))),
  )
  rmSync(directory, { recursive: true, force: true })
}

async function startAll() {
  const site = join(directory, 'site')
  mkdirSync(join(site, 'assets'), { recursive: true })
  writeFileSync(join(site, 'index.html'), `<!doctype html><title>bench</title>${'<p>paragraph</p>'.repeat(250)}\n`)
  const [upstream, nginxApp, nginxSite, caddyApp, caddySite, embedded, app, files] = await freePorts(8)
  start(process.execPath, ['-e', upstreamProgram, String(upstream)])
  writeFileSync(join(directory, 'nginx.conf'), nginxConfig({ upstream, app: nginxApp, site: nginxSite, root: site }))
  start('nginx', ['-p', directory, '-e', join(directory, 'error.log'), '-c', join(directory, 'nginx.conf')])
  writeFileSync(join(directory, 'caddy.json'), JSON.stringify(caddyConfig({ upstream, app: caddyApp, site: caddySite, root: site })))
  start('caddy', ['run', '--config', join(directory, 'caddy.json')])
  const proxy = writeProxyHome({ embedded, app, files, upstream, site })
  const child = start(process.execPath, [...flags, entry, proxy, ''])
  for (const port of [upstream, nginxApp, nginxSite, caddyApp, caddySite, app, files]) await answers(port)
  const at = (port, path) => `http://127.0.0.1:${port}${path}`
  return {
    embeddedPid: child.pid,
    upstream: { direct: at(upstream, '/'), nginx: at(nginxApp, '/'), caddy: at(caddyApp, '/'), embedded: at(app, '/') },
    files: { nginx: at(nginxSite, '/index.html'), caddy: at(caddySite, '/index.html'), embedded: at(files, '/index.html') },
  }
}

function writeProxyHome({ embedded, app, files, upstream, site }) {
  const proxy = join(directory, 'proxy')
  mkdirSync(join(proxy, 'routes'), { recursive: true })
  const listen = { address: '127.0.0.1', port: embedded }
  writeFileSync(
    join(proxy, 'config.json'),
    JSON.stringify({ version: 'bench', listen, accessLog: false, socket: join(directory, 'proxy.sock'), logs: directory }),
  )
  const route = { release: 'r000001-00000000', hosts: [], staticPaths: {}, spa: false }
  const routes = [
    { ...route, appName: 'app', protocol: 'http', upstreams: [{ address: '127.0.0.1', port: upstream }], port: app },
    { ...route, appName: 'site', protocol: 'static', upstreams: [{ address: site, port: null }], port: files },
  ]
  for (const one of routes) writeFileSync(join(proxy, 'routes', `${one.appName}.json`), JSON.stringify(one))
  return proxy
}

function nginxConfig({ upstream, app, site, root }) {
  return `daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path ${directory}/t1; proxy_temp_path ${directory}/t2; fastcgi_temp_path ${directory}/t3; uwsgi_temp_path ${directory}/t4; scgi_temp_path ${directory}/t5;
  upstream app { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 1000000; }
  server { listen 127.0.0.1:${app}; location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; } }
  server { listen 127.0.0.1:${site}; root ${root}; }
}
`
}

function caddyConfig({ upstream, app, site, root }) {
  const server = (port, handle) => ({ listen: [`127.0.0.1:${port}`], routes: [{ handle: [handle] }], automatic_https: { disable: true } })
  const servers = {
    app: server(app, { handler: 'reverse_proxy', upstreams: [{ dial: `127.0.0.1:${upstream}` }] }),
    site: server(site, { handler: 'file_server', root }),
  }
  return { admin: { disabled: true }, logging: { logs: { default: { level: 'ERROR' } } }, apps: { http: { servers } } }
}

function measure(url) {
  return new Promise((resolve, reject) => {
    const wrk = spawn('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-H', 'Accept-Encoding: gzip', url], {
      env: toolEnv(),
    })
    let text = ''
    wrk.stdout.on('data', (data) => (text += data))
    wrk.once('exit', () => {
      const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1])
      if (!(rate > 0) || /Non-2xx|Socket errors/.test(text)) reject(new Error(`wrk failed for ${url}:\n${text}`))
      else resolve({ rate, p50: latency(text, '50%'), p99: latency(text, '99%') })
    })
  })
}

function latency(text, percentile) {
  const [, value, unit] = new RegExp(`${percentile}\\s+([\\d.]+)(us|ms|s)`).exec(text) ?? []
  return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN)
}

function report(kind, results) {
  const medians = Object.fromEntries(
    Object.entries(results).map(([name, runs]) => [
      name,
      Object.fromEntries(['rate', 'p50', 'p99'].map((key) => [key, median(runs.map((run) => run[key]))])),
    ]),
  )
  return Object.entries(medians).map(
    ([name, { rate, p50, p99 }]) =>
      `| ${kind} | ${name} | ${Math.round(rate)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} | ${(rate / medians.nginx.rate).toFixed(2)} | ${(p99 / medians.nginx.p99).toFixed(2)} |`,
  )
}

function median(values) {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

function start(file, args) {
  const child = spawn(file, args, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'], env: toolEnv() })
  child.once('error', (error) => console.error(`${file}: ${error.message}`))
  children.push(child)
  return child
}

function toolEnv() {
  return { PATH: `${process.env.PATH}:/usr/sbin`, HOME: directory }
}

async function freePorts(count) {
  const held = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = held.map((server) => server.address().port)
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

async function answers(port) {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (
      await fetch(`http://127.0.0.1:${port}/`).then(
        (response) => response.ok,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`nothing answers on port ${port}`)
}
