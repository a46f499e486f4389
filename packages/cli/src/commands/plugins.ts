import type { CommandResult } from '../command-spec.ts'
import { createHostRegistry } from '../host-registry.ts'
import type { Invocation } from '../invocation.ts'
import { table } from '../render/table.ts'
import { plainLines } from '../render/text-width.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { output } = invocation
  const registry = await createHostRegistry(invocation)
  const plugins = await registry.describe()
  const ignored = registry.ignored()
  const rows = plugins.map(({ name, version, state, strategies, reason, directory }) => [
    name,
    version || '-',
    { style: state === 'loaded' ? 'green' : 'red', text: state } as const,
    strategies.join(', ') || firstLine(reason) || '-',
    directory,
  ])
  const others = ignored.filter((one) => plugins.every((plugin) => plugin.name !== one.name || plugin.directory !== one.directory))
  const details = output.verbosity === 'verbose' ? ignored : others
  const text = [
    rows.length === 0 ? 'No plugins were found.' : table(['PACKAGE', 'VERSION', 'STATE', 'OFFERS', 'DIRECTORY'], rows, output.paint),
    ...details.map((one) => plainLines(`${one.name}: ${one.stage === 'shadowed' ? '' : `ignored (${one.stage}): `}${one.error}`)),
  ]
  return { value: { plugins, ignored }, text: text.join('\n') }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
