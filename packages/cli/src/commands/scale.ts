import { checkWorkerName, hop3Error, scaleApp, visible } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands } = invocation
  const named = operands[0]?.includes('=') ? undefined : operands[0]
  const deltas = readCounts(operands.slice(named === undefined ? 0 : 1), /^[+-]\d{1,4}$/, 'web=+1')
  const to = readCounts(
    options.list('to').flatMap((text) => text.split(',')),
    /^\d{1,4}$/,
    '--to web=3',
  )
  const written = ['hop3 scale', named ?? options.text('app') ?? []].flat().join(' ')
  if (Object.keys(deltas).length + Object.keys(to).length === 0)
    throw hop3Error('usage.missing-operand', '`hop3 scale` was not told what to change.', {
      hint: `Write: ${written} web=+1, or ${written} --to web=3.`,
    })
  const host = await createHost(invocation)
  const { appName } = await knownApp(invocation, host, named)
  const result = await scaleApp(appName, host, { deltas, to, wait: options.flag('wait') })
  const counts = Object.entries(result.scale).map(([worker, count]) => `${worker}=${count}`)
  return { value: { ...result }, text: `${appName} runs ${counts.join(' ')}.` }
}

/** `web=+1` → `{ web: 1 }`. Throws `usage.scale`. */
function readCounts(words: readonly string[], number: RegExp, example: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      const [worker, count] = [word.slice(0, at), word.slice(at + 1)]
      if (at > 0 && number.test(count)) return [checkWorkerName(worker), Number(count)]
      throw hop3Error('usage.scale', `${visible(word)} does not say how many.`, {
        hint: `Write ${example}${at > 0 && /^\d+$/.test(count) ? `, or --to ${word} to set the number` : ''}.`,
      })
    }),
  )
}
