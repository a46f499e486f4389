import { hop3Error, systemClock, visible } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { commands } from '../commands.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'
import type { Invocation } from '../invocation.ts'

const scripts = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
])

export async function run(invocation: Invocation): Promise<CommandResult> {
  const [shell = ''] = invocation.operands
  if (shell === 'apps') return listApps(invocation)
  const script = scripts.get(shell)
  if (script === undefined)
    throw hop3Error('usage.bad-value', `There is no completion for ${visible(shell)}.`, {
      hint: `Write one of: ${[...scripts.keys()].join(', ')}.`,
    })
  const text = script(commands)
  return { value: { shell, script: text }, text }
}

/** What the scripts ask while a person types; no shell is called `apps`. */
async function listApps({ terminal }: Invocation): Promise<CommandResult> {
  const { createHome } = await import('@hop3/releases')
  const { homePaths } = await import('../home-paths.ts')
  const home = createHome({ ...homePaths(terminal.env, terminal.cwd, process.getuid?.() === 0), clock: systemClock })
  const apps = await home.apps()
  return { value: { apps }, text: apps.join('\n') }
}
