/** `proxy.json` in the home: the proxy its operator chose, and how it serves HTTPS. */
import { hop3Error, visible, writeFileAtomic, type Host, type ProxyChoice, type TlsCertificate } from '@hop3/core'
import { absentIfDamaged, orElse, readKept } from '@hop3/core/files'
import { isObject } from '@hop3/core/json'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { listenAddress } from './home-paths.ts'

export interface ProxySettings {
  readonly proxy?: string
  /** As `HOP3_TLS` and `HOP3_TLS_LISTEN`. */
  readonly tls?: string
  readonly tlsListen?: string
}

/**
 * Nothing where there is no file. Throws `environment.proxy-damaged`: all apps would move to another proxy, or lose HTTPS. `asked` for both
 * says again what a damaged one does not.
 */
export async function readProxySettings(home: string, asked: ProxySettings = {}): Promise<ProxySettings> {
  const path = fileIn(home)
  const reading = readKept({
    path,
    damaged: (message, rest) => hop3Error('environment.proxy-damaged', message, { ...rest, hint: damagedHint }),
    lack: 'it does not say which proxy serves the apps, and how',
    parse: settingsOf,
  })
  const isSaidAgain = asked.proxy !== undefined && asked.tls !== undefined
  return (await (isSaidAgain ? absentIfDamaged(reading, damaged) : reading)) ?? {}
}

const damaged = 'environment.proxy-damaged'
const damagedHint = 'Say it again, which writes the file anew, with the proxy and the HTTPS they have: hop3 proxy use nginx --tls off'

function settingsOf(value: unknown): ProxySettings | undefined {
  if (!isObject(value)) return undefined
  const { proxy, tls, tlsListen } = value
  if (!isText(proxy) || !isText(tls) || !isText(tlsListen)) return undefined
  return { ...(proxy !== undefined && { proxy }), ...(tls !== undefined && { tls }), ...(tlsListen !== undefined && { tlsListen }) }
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

/** `asked` on top of what is kept. Throws `environment.proxy-damaged`. */
export async function settingsToKeep(home: string, asked: ProxySettings): Promise<ProxyChoice> {
  const path = fileIn(home)
  const settings = { ...(await readProxySettings(home, asked)), ...asked }
  const before = await orElse(readFile(path, 'utf8'), undefined)
  return {
    async keep() {
      await mkdir(home, { recursive: true })
      await writeFileAtomic(path, `${JSON.stringify(settings, undefined, 2)}\n`)
    },
    takeBack: () => (before === undefined ? rm(path, { force: true }) : writeFileAtomic(path, before)),
  }
}

/** Settings, and what messages call each of them. */
interface SettingsLayer {
  readonly settings: ProxySettings
  readonly called: Readonly<Record<keyof ProxySettings, string>>
}

export function askedSettings(settings: ProxySettings): SettingsLayer {
  return { settings, called: { proxy: 'what is asked for', tls: '--tls', tlsListen: '--tls-listen' } }
}

const variables = { proxy: 'HOP3_PROXY', tls: 'HOP3_TLS', tlsListen: 'HOP3_TLS_LISTEN' }

export function settingsOfEnvironment(env: Readonly<Record<string, string | undefined>>): SettingsLayer {
  const { HOP3_PROXY: proxy, HOP3_TLS: tls, HOP3_TLS_LISTEN: tlsListen } = env
  return { settings: { ...(proxy && { proxy }), ...(tls && { tls }), ...(tlsListen && { tlsListen }) }, called: variables }
}

export function keptSettings(settings: ProxySettings): SettingsLayer {
  const kept = (option: string): string => `what \`hop3 proxy use\` has kept for ${option}`
  return { settings, called: { proxy: kept('the proxy'), tls: kept('--tls'), tlsListen: kept('--tls-listen') } }
}

/** The first layer that says something counts. A wrong setting is refused whether it is in force or not. Throws `config.tls`, `config.listen`. */
export function proxyChoice(layers: readonly SettingsLayer[], listen: Host['listen']): Pick<Host, 'proxy' | 'tls'> {
  const first = (key: keyof ProxySettings): { readonly text: string; readonly called: string } | undefined => {
    const layer = layers.find(({ settings }) => settings[key] !== undefined)
    return layer && { text: layer.settings[key] ?? '', called: layer.called[key] }
  }
  const [proxy, tls, place] = [first('proxy'), first('tls'), first('tlsListen')]
  const usual = { address: listen.address, port: listen.port === 80 ? 443 : 8443 }
  const wanted = (place && listenAddress(place.text, place.called)) ?? usual
  const certificate = tls && tls.text !== 'off' ? certificateFrom(tls.text, tls.called) : undefined
  return { ...(proxy && { proxy: proxy.text }), ...(certificate && { tls: { listen: wanted, certificate } }) }
}

function certificateFrom(text: string, called: string): TlsCertificate {
  if (text === 'internal') return { from: 'internal' }
  if (text === 'auto') return { from: 'acme' }
  if (text.startsWith('https://')) return { from: 'acme', directory: text }
  const [certificate, key, ...more] = text.split(':')
  if (certificate?.startsWith('/') && key?.startsWith('/') && more.length === 0)
    return { from: 'files', certificate: resolve(certificate), key: resolve(key) }
  throw hop3Error('config.tls', `${called} is ${visible(text)}, which is no way to serve HTTPS.`, {
    hint: 'Write internal, auto, off, the URL of an ACME directory, or two absolute paths: /etc/ssl/fullchain.pem:/etc/ssl/privkey.pem',
  })
}

function fileIn(home: string): string {
  return join(home, 'proxy.json')
}
