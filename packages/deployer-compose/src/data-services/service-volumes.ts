/** The volumes of one service: named ones are taken; directories of the host are refused, or asked about. Pure. */
import { isObject } from '@hop3/core/json'
import { printable } from '@hop3/core'
import { fault, type ComposeFile } from './compose-file.ts'
import type { Faults } from './faults.ts'
import type { Privilege } from './privileges.ts'

export interface ServiceVolumes {
  /** In Compose's long form. */
  readonly list: readonly Readonly<Record<string, unknown>>[]
  readonly names: readonly string[]
  readonly privileges: readonly Privilege[]
}

export function serviceVolumes(file: ComposeFile, service: string, value: unknown, faults: Faults): ServiceVolumes {
  if (value === undefined) return { list: [], names: [], privileges: [] }
  if (!Array.isArray(value)) throw fault(file.originOf(['services', service, 'volumes']), `volumes of ${service} must be a list`)
  const all = value.flatMap((one: unknown, index) => {
    const origin = file.originOf(['services', service, 'volumes', String(index)])
    return faults.within(() => mountOf(file, service, one, origin)) ?? []
  })
  return {
    list: all.map(({ mount }) => mount),
    names: all.flatMap(({ mount }) => (mount['type'] === 'volume' && typeof mount['source'] === 'string' ? [mount['source']] : [])),
    privileges: all.flatMap(({ privilege }) => (privilege === undefined ? [] : [privilege])),
  }
}

interface Mount {
  readonly mount: Readonly<Record<string, unknown>>
  readonly privilege?: Privilege
}

function mountOf(file: ComposeFile, service: string, value: unknown, origin: string): Mount {
  const { type, source, target, readOnly, other } = typeof value === 'string' ? shortForm(value) : longForm(value)
  if (other !== undefined) throw fault(origin, `${printable(other)} of a volume of ${service} is nothing that Hop3 takes`)
  const common = readOnly ? { read_only: true } : {}
  if (target === undefined || !target.startsWith('/')) throw fault(origin, `a volume of ${service} has no absolute path in the container`)
  if (type === 'tmpfs') return { mount: { type, target } }
  if (source === undefined) return { mount: { type: 'volume', target, ...common } }
  if (type !== 'bind' && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(source)) return { mount: { type: 'volume', source, target, ...common } }
  if (source.startsWith('/')) {
    const mount = { type: 'bind', source, target, ...common }
    const sentence = `${origin}: ${printable(source)} of the host in ${service}`
    return { mount, privilege: { sentence, what: [service, 'volumes', mount] } }
  }
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
  /** What is written and cannot be taken. */
  readonly other: string | undefined
}

/** What Docker ignores on Linux, and labels of SELinux, which Compose gives to a mount of its own. */
const modes = ['rw', 'ro', 'z', 'Z', 'cached', 'consistent', 'delegated', '']
const keys = ['type', 'source', 'src', 'target', 'destination', 'dst', 'read_only', 'consistency']

function shortForm(text: string): Written {
  const [first = '', second, mode = ''] = text.split(':')
  const isPath = /^[./~$]/.test(first)
  if (second === undefined) return { type: 'volume', source: undefined, target: first, readOnly: false, other: undefined }
  const words = mode.split(',')
  const other = words.find((word) => !modes.includes(word))
  return { type: isPath ? 'bind' : 'volume', source: first, target: second, readOnly: words.includes('ro'), other }
}

function longForm(value: unknown): Written {
  const table = isObject(value) ? value : {}
  const text = (key: string): string | undefined => (typeof table[key] === 'string' ? table[key] : undefined)
  return {
    type: text('type') ?? 'volume',
    source: text('source') ?? text('src'),
    target: text('target') ?? text('destination') ?? text('dst'),
    readOnly: table['read_only'] === true,
    other: Object.keys(table).find((key) => !keys.includes(key)),
  }
}
