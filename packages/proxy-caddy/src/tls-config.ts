/** What Caddy is told of certificates. Pure data. */
import type { ProxyTls } from '@hop3/core'
import type { Json } from './app-handler.ts'
import { literalPath } from './config-text.ts'

/** The `tls` and `pki` apps. */
export function tlsApps({ certificate }: ProxyTls, names: readonly string[], mark: string | undefined): { readonly [name: string]: Json } {
  // Its authority is of its own home: nothing is installed on the host.
  const pki = { certificate_authorities: { local: { install_trust: false } } }
  if (certificate.from === 'files') {
    const files = { certificate: literalPath(certificate.certificate), key: literalPath(certificate.key), ...(mark && { tags: [mark] }) }
    return { tls: { certificates: { load_files: [files] } }, pki }
  }
  const internal = { issuers: [{ module: 'internal' }] }
  if (certificate.from === 'internal') return { tls: { automation: { policies: [internal] } }, pki }
  // No authority gives certificates for names of this host alone.
  const local = names.filter((name) => name.endsWith('.localhost'))
  const acme = { module: 'acme', ...(certificate.directory !== undefined && { ca: certificate.directory }) }
  return { tls: { automation: { policies: [{ subjects: local, ...internal }, { issuers: [acme] }] } }, pki }
}

/** Of the server that answers by HTTPS. Certificates are had for the names its routes match, which is what files make needless. */
export function tlsServer({ certificate }: ProxyTls): { readonly [name: string]: Json } {
  return {
    automatic_https: certificate.from === 'files' ? { disable: true } : { disable_redirects: true },
    protocols: ['h1', 'h2'],
    tls_connection_policies: [{}],
  }
}
