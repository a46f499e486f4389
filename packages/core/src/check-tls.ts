/** Whether a proxy can serve HTTPS as it was asked to: said before anything is written. */
import { readFile, stat } from 'node:fs/promises'
import type { ProxyAbility } from './check-route.ts'
import { hop3Error } from './errors.ts'
import { visible } from './names.ts'
import type { ProxyContext, TlsCertificate } from './proxy.ts'

/** Throws `deploy.proxy.tls`. What a key holds is never said. */
export async function checkTls({ tls, log, clock }: Pick<ProxyContext, 'tls' | 'log' | 'clock'>, ability: ProxyAbility): Promise<void> {
  if (tls === undefined) return
  const { certificate } = tls
  if (!ability.certificates.includes(certificate.from)) {
    throw refused(
      `the ${ability.name} proxy cannot have a certificate ${described[certificate.from]}`,
      'Use a proxy that can (hop3 proxy use caddy), or give it a certificate: HOP3_TLS=/path/fullchain.pem:/path/privkey.pem (nginx).',
    )
  }
  if (certificate.from === 'files') await checkFiles(certificate, log, clock.now())
}

async function checkFiles(files: Extract<TlsCertificate, { from: 'files' }>, log: ProxyContext['log'], now: Date): Promise<void> {
  const { X509Certificate, createPrivateKey } = await import('node:crypto')
  const certificateText = await read('certificate', files.certificate)
  const keyText = await read('key', files.key)
  const certificate = parsed(() => new X509Certificate(certificateText), `${visible(files.certificate)} holds no certificate in PEM`)
  const key = parsed(() => createPrivateKey(keyText), `${visible(files.key)} holds no key in PEM that can be read without a password`)
  if (!certificate.checkPrivateKey(key))
    throw refused(`the key in ${visible(files.key)} is not that of the certificate in ${visible(files.certificate)}`)
  if (((await stat(files.key)).mode & 0o004) !== 0)
    throw refused(`everybody on this host may read the key ${visible(files.key)}`, `chmod o= ${files.key}`)
  if (new Date(certificate.validTo) < now) log.warn(`The certificate ${visible(files.certificate)} ended on ${certificate.validTo}.`)
}

async function read(what: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read'
    throw refused(`the ${what} ${visible(path)} cannot be read (${code})`)
  })
}

/** What the parser says is not passed on: it may quote what it read. */
function parsed<T>(parse: () => T, problem: string): T {
  try {
    return parse()
  } catch {
    throw refused(problem)
  }
}

const described = { internal: 'of its own', acme: 'from an authority', files: 'from files' } as const

function refused(problem: string, hint = 'Mend HOP3_TLS: internal, auto, or /path/certificate.pem:/path/key.pem'): Error {
  return hop3Error('deploy.proxy.tls', `Cannot serve HTTPS: ${problem}.`, { hint, class: 'environment' })
}
