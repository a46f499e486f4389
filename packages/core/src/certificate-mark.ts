import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ProxyTls } from './proxy.ts'

/**
 * Another text for another certificate in the same files: part of a configuration, it makes a renewed one a new configuration. Undefined where
 * certificates are not from files, or cannot be read.
 */
export async function certificateMark(tls: ProxyTls | undefined): Promise<string | undefined> {
  if (tls?.certificate.from !== 'files') return undefined
  const text = await readFile(tls.certificate.certificate).catch(() => undefined)
  return text && createHash('sha256').update(text).digest('hex').slice(0, 16)
}
