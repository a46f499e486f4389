/** `[env] KEY = { generate = … }`: a secret made once on the first deploy, kept with the app's env and never changed by a deploy. */
import type * as crypto from 'node:crypto'
import type { App } from './app.ts'
import type { EnvValue } from './app-config.ts'
import type { Operation } from './operation.ts'

type Generated = Extract<EnvValue, { kind: 'generate' }>

/** Makes those the app asks for and does not have yet. */
export async function makeGeneratedEnv(app: App, { appHome, log }: Pick<Operation, 'appHome' | 'log'>): Promise<void> {
  const wanted = Object.entries(app.config.env).flatMap(([name, value]) => (value.kind === 'generate' ? [{ name, value }] : []))
  if (wanted.length === 0) return
  const existing = await appHome.readEnv()
  const missing = wanted.filter(({ name }) => !Object.hasOwn(existing, name))
  if (missing.length === 0) return
  const random = await import('node:crypto')
  await appHome.writeEnv(Object.fromEntries(missing.map(({ name, value }) => [name, generate(value, random)])))
  for (const { name, value } of missing) {
    log.info(`Generated ${name}.${value.display ? ` Show it with: hop3 env get ${name} --app ${app.name}` : ''}`)
  }
}

const passwordAlphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_.+'

type Random = Pick<typeof crypto, 'randomBytes' | 'randomUUID'>

function generate({ format, length, prefix }: Generated, { randomBytes, randomUUID }: Random): string {
  if (format === 'uuid') return prefix + randomUUID()
  if (format === 'password') return prefix + password(length, randomBytes)
  const encodings = { hex: 'hex', base64: 'base64', urlsafe: 'base64url' } as const
  return prefix + randomBytes(length).toString(encodings[format]).slice(0, length)
}

/** Bytes that would favor some letters are thrown away. */
function password(length: number, randomBytes: Random['randomBytes']): string {
  const fair = 256 - (256 % passwordAlphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < fair && text.length < length) text += passwordAlphabet[byte % passwordAlphabet.length]
    }
  }
  return text
}
