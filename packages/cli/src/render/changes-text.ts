import { printable, type FieldChange, type ObjectChange } from '@hop3/core'
import type { Paint } from './style.ts'

/** What a deploy would change, an object after the other with its fields, and how many there are of each. */
export function changesText(release: string, changes: readonly ObjectChange[], paint: Paint): string {
  if (changes.length === 0) return `${release} would change nothing.`
  const count = (action: ObjectChange['action']): number => changes.filter((one) => one.action === action).length
  return [
    ...changes.flatMap((change) => [
      paint(styles[change.action], `${signs[change.action]} ${objectText(change)}`),
      ...change.fields.map(fieldText),
    ]),
    `${release} would create ${count('create')}, change ${count('change')} and delete ${count('delete')}. Nothing was changed on the cluster.`,
  ].join('\n')
}

const signs = { create: '+', change: '~', delete: '-' } as const
const styles = { create: 'green', change: 'yellow', delete: 'red' } as const

const objectText = ({ kind, name }: ObjectChange): string => `${printable(kind)} ${printable(name)}`

function fieldText({ path, isSecret, ...values }: FieldChange): string {
  if (isSecret === true) return `    ${printable(path)}: another value, which is not shown`
  const [before, after] = [values.before, values.after].map(valueText)
  return `    ${printable(path)}: ${before} → ${after}`
}

const valueText = (value: unknown): string => (value === undefined ? 'none' : printable(JSON.stringify(value)))
