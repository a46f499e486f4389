/** A software bill of materials: CycloneDX 1.6, as JSON (ECMA-424). */
import { hash } from 'node:crypto'
import { packageUrl, type Component } from './component.ts'

export interface SbomSubject {
  /** The app. */
  readonly name: string
  /** What tells this source from others: a commit, or a digest. */
  readonly version: string
}

/** The same text for the same packages: no time, sorted, and a serial number made of the content. */
export function formatSbom(subject: SbomSubject, components: readonly Component[]): string {
  const content = {
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'hop3' }] },
      component: { type: 'application', 'bom-ref': 'app', name: subject.name, version: subject.version },
    },
    components: components.map(describe),
    dependencies: [{ ref: 'app', dependsOn: components.map(packageUrl) }],
  }
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(content))}`
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber,
    ...content,
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

function describe(component: Component): Readonly<Record<string, unknown>> {
  const purl = packageUrl(component)
  const hashes = Object.entries(component.hashes ?? {}).map(([alg, content]) => ({ alg, content }))
  const { type, version } = component
  return {
    type: 'library',
    'bom-ref': purl,
    ...nameAndGroup(component),
    version,
    purl,
    ...(hashes.length === 0 ? {} : { hashes }),
    ...origin(type),
  }
}

/** What a registry keeps before the name is the group: npm's scope, Maven's group, Composer's vendor. */
function nameAndGroup({ type, name }: Component): { readonly group?: string; readonly name: string } {
  const at = type === 'golang' ? -1 : name.lastIndexOf(type === 'maven' ? ':' : '/')
  return at === -1 ? { name } : { group: name.slice(0, at), name: name.slice(at + 1) }
}

/** Debian's packages are the system's, not the app's. */
function origin(type: Component['type']): Readonly<Record<string, unknown>> {
  return type === 'deb' ? { scope: 'required', properties: [{ name: 'hop3:layer', value: 'system' }] } : {}
}

/** A name-based UUID (RFC 9562, version 8: its bits are ours). */
function uuidOf(text: string): string {
  const hex = hash('sha256', text, 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${'89ab'[Number.parseInt(hex.slice(16, 17), 16) % 4]}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
