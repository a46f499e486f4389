/** `proxy.json` in the home: the proxy its operator chose, and how it serves HTTPS. */
import { hop3Error, visible, writeFileAtomic, type Host, type ProxyTls, type TlsCertificate } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { listenAddress } from './home-paths.ts'

export interface ProxySettings {
  readonly proxy?: string
  /** As `HOP3_TLS` and `HOP3_TLS_LISTEN`. */
  readonly tls?: string
  readonly tlsListen?: string
}

/** Nothing where there is no file, or none of ours. */
export async function readProxySettings(home: string): Promise<ProxySettings> {
  const value = parseJson(await readFile(fileIn(home), 'utf8').catch(() => ''))
  if (!isObject(value)) return {}
  const text = (name: keyof ProxySettings): ProxySettings => {
    const found = value[name]
    return typeof found === 'string' ? { [name]: found } : {}
  }
  return { ...text('proxy'), ...text('tls'), ...text('tlsListen') }
}

export async function keepProxySettings(home: string, settings: ProxySettings): Promise<void> {
  await mkdir(home, { recursive: true })
  await writeFileAtomic(fileIn(home), `${JSON.stringify(settings, undefined, 2)}\n`)
}

/** What the environment says goes before what was kept. Throws `config.tls`, `config.listen`. */
export function proxyChoice(
  env: Readonly<Record<string, string | undefined>>,
  kept: ProxySettings,
  listen: Host['listen'],
): Pick<Host, 'proxy' | 'tls'> {
  const proxy = env['HOP3_PROXY'] || kept.proxy
  const tls = tlsFrom(env['HOP3_TLS'] || kept.tls, env['HOP3_TLS_LISTEN'] || kept.tlsListen, listen)
  return { ...(proxy && { proxy }), ...(tls && { tls }) }
}

function tlsFrom(text: string | undefined, place: string | undefined, listen: Host['listen']): ProxyTls | undefined {
  if (text === undefined || text === 'off') return undefined
  const usual = { address: listen.address, port: listen.port === 80 ? 443 : 8443 }
  return { listen: listenAddress({ HOP3_LISTEN: place }, 'HOP3_TLS_LISTEN') ?? usual, certificate: certificateFrom(text) }
}

function certificateFrom(text: string): TlsCertificate {
  if (text === 'internal') return { from: 'internal' }
  if (text === 'auto') return { from: 'acme' }
  if (text.startsWith('https://')) return { from: 'acme', directory: text }
  const [certificate, key, ...more] = text.split(':')
  if (certificate?.startsWith('/') && key?.startsWith('/') && more.length === 0)
    return { from: 'files', certificate: resolve(certificate), key: resolve(key) }
  throw hop3Error('config.tls', `HOP3_TLS is ${visible(text)}, which is no way to serve HTTPS.`, {
    hint: 'Write internal, auto, off, the URL of an ACME directory, or two absolute paths: /etc/ssl/fullchain.pem:/etc/ssl/privkey.pem',
  })
}

function fileIn(home: string): string {
  return join(home, 'proxy.json')
}
