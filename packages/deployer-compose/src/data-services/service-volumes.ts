/** The volumes of one service: named ones are taken; directories of the host are refused, or asked about. Pure. */
import { isObject } from '@hop3/core/json'
import { printable } from '@hop3/core'
import { fault, type ComposeFile } from './compose-file.ts'

export interface ServiceVolumes {
  /** In Compose's long form. */
  readonly list: readonly Readonly<Record<string, unknown>>[]
  readonly names: readonly string[]
  readonly privileged: readonly string[]
}

export function serviceVolumes(file: ComposeFile, service: string, value: unknown): ServiceVolumes {
  if (value === undefined) return { list: [], names: [], privileged: [] }
  if (!Array.isArray(value)) throw fault(file.originOf(['services', service, 'volumes']), `volumes of ${service} must be a list`)
  const all = value.map((one: unknown, index) =>
    mountOf(file, service, one, file.originOf(['services', service, 'volumes', String(index)])),
  )
  return {
    list: all.map(({ mount }) => mount),
    names: all.flatMap(({ mount }) => (mount['type'] === 'volume' && typeof mount['source'] === 'string' ? [mount['source']] : [])),
    privileged: all.flatMap(({ privileged }) => (privileged === undefined ? [] : [privileged])),
  }
}

interface Mount {
  readonly mount: Readonly<Record<string, unknown>>
  readonly privileged?: string
}

function mountOf(file: ComposeFile, service: string, value: unknown, origin: string): Mount {
  const { type, source, target, readOnly } = typeof value === 'string' ? shortForm(value) : longForm(value)
  const common = readOnly ? { read_only: true } : {}
  if (target === undefined || !target.startsWith('/')) throw fault(origin, `a volume of ${service} has no absolute path in the container`)
  if (type === 'tmpfs') return { mount: { type, target } }
  if (source === undefined) return { mount: { type: 'volume', target, ...common } }
  if (type !== 'bind' && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(source)) return { mount: { type: 'volume', source, target, ...common } }
  if (source.startsWith('/'))
    return { mount: { type: 'bind', source, target, ...common }, privileged: `${origin}: ${printable(source)} of the host in ${service}` }
  throw fault(
    origin,
    `${printable(source)} of ${service} is a path of the source, which is not there when a release is started`,
    `Put it into an image of its own, or use a volume with a name. ${file.path} is read, not the files around it.`,
  )
}

interface Written {
  readonly type: string
  readonly source: string | undefined
  readonly target: string | undefined
  readonly readOnly: boolean
}

function shortForm(text: string): Written {
  const [first = '', second, mode = ''] = text.split(':')
  const isPath = /^[./~$]/.test(first)
  if (second === undefined) return { type: 'volume', source: undefined, target: first, readOnly: false }
  return { type: isPath ? 'bind' : 'volume', source: first, target: second, readOnly: mode.split(',').includes('ro') }
}

function longForm(value: unknown): Written {
  const table = isObject(value) ? value : {}
  const text = (key: string): string | undefined => (typeof table[key] === 'string' ? table[key] : undefined)
  return {
    type: text('type') ?? 'volume',
    source: text('source') ?? text('src'),
    target: text('target') ?? text('destination') ?? text('dst'),
    readOnly: table['read_only'] === true,
  }
}
