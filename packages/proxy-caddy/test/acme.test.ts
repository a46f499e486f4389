/** Certificates by ACME, from an authority on this host. */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { proxyContextFor, proxyStageFor, startUpstream, type ProxyStage } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { caddyProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'

const isThere = ['pebble', 'pebble-challtestsrv'].every((name) => existsSync(`/usr/local/bin/${name}`))
const lacks =
  isThere || process.env['HOP3_REQUIRE'] === 'all'
    ? ''
    : ' (needs: GOBIN=/usr/local/bin go install github.com/letsencrypt/pebble/v2/cmd/{pebble,pebble-challtestsrv}@v2.10.1)'

describe.skipIf(isSkipped || lacks !== '')(`ACME${need}${lacks}`, { timeout: 120_000 }, () => {
  test('has certificates by itself for the names of apps, and sends plain requests to them', async () => {
    const { host, route, ask, context: plain } = await proxyStageFor(caddyProxy)()
    const listen = { address: '127.0.0.1', port: await host.reservePort('tls') }
    const authority = await startAuthority(host, { httpPort: plain.listen.port, tlsPort: listen.port })
    const certificate = { from: 'acme', directory: authority.directory } as const
    const env = { ...plain.env, SSL_CERT_FILE: authority.trusted }
    const proxy = caddyProxy.create(await proxyContextFor(host, { listen: plain.listen, tls: { listen, certificate }, env }))
    expect(await proxy.apply(await route({ upstreams: [await startUpstream('one')] }))).toBe(`https://shop.localhost:${listen.port}`)
    // Names of this host alone are no authority's business.
    await expect.poll(() => issuerOf(listen.port, 'shop.localhost'), { timeout: 30_000 }).toContain('Caddy Local Authority')
    await expect.poll(() => issuerOf(listen.port, 'shop.example'), { timeout: 60_000 }).toContain('Pebble')
    expect(await ask()).toMatchObject({ status: 308, headers: { location: `https://shop.example:${listen.port}/` } })
    // An app that shows its visitors a page is given one, too.
    const closed = { appName: 'other', hosts: ['other.example'], maintenance: 'back soon' }
    await proxy.apply(await route(closed))
    await expect.poll(() => issuerOf(listen.port, 'other.example'), { timeout: 60_000 }).toContain('Pebble')
  })
})

interface Authority {
  /** The URL of its ACME directory. */
  readonly directory: string
  /** The file of the certificate it is reached with. */
  readonly trusted: string
}

/** It asks for challenges where every name is this host, on the ports the proxy has. */
async function startAuthority(
  host: ProxyStage['host'],
  ports: { readonly httpPort: number; readonly tlsPort: number },
): Promise<Authority> {
  const at = (name: string): string => join(host.directory, name)
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await promisify(execFile)('openssl', ['req', ...kind, ...subject, '-keyout', at('acme.key'), '-out', at('acme.crt')])
  const [port, management, names, control] = await Promise.all(['acme', 'management', 'dns', 'control'].map((one) => host.reservePort(one)))
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: at('acme.crt'),
    privateKey: at('acme.key'),
    ...ports,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
    // Of the two forms a pause may have, Caddy 2.6 knows one.
    retryAfter: { authz: 0, order: 0 },
    profiles: { default: { description: 'the only one', validityPeriod: 7_776_000 } },
  }
  await writeFile(at('pebble.json'), JSON.stringify({ pebble }))
  const none = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-doh', '', '-defaultIPv6', '']
  start(host, 'pebble-challtestsrv', [
    '-dnsserver',
    `127.0.0.1:${names}`,
    '-management',
    `127.0.0.1:${control}`,
    '-defaultIPv4',
    '127.0.0.1',
    ...none,
  ])
  start(host, 'pebble', ['-config', at('pebble.json'), '-dnsserver', `127.0.0.1:${names}`])
  await expect.poll(() => issuerOf(port ?? 0, 'localhost'), { timeout: 10_000 }).toBe('localhost')
  return { directory: `https://localhost:${port}/dir`, trusted: at('acme.crt') }
}

function start({ directory }: ProxyStage['host'], program: string, args: readonly string[]): void {
  const env = { PATH: process.env['PATH'], PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' }
  const child = spawn(`/usr/local/bin/${program}`, args, { cwd: directory, stdio: 'ignore', env })
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(0)))
  })
}

/** Who has signed what is shown for the name; why not, where nothing is. */
function issuerOf(port: number, servername: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().issuer.CN))
      socket.destroy()
    })
    socket.once('error', (error) => resolve(error.message))
  })
}
