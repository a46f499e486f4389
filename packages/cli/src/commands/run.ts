import { checkAppName, hop3Error, readArtifact, runArtifact } from '@hop3/core'
import { resolve } from 'node:path'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { deployText } from '../render/deploy-text.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, output, terminal } = invocation
  const appName = checkAppName(operands[0] ?? '')
  const file = options.text('artifact')
  if (file === undefined)
    throw hop3Error('usage.missing-option', '`hop3 run` needs the artifact to run.', {
      hint: `Write: hop3 run ${appName} --artifact artifact.json. \`hop3 build --output artifact.json\` makes one.`,
    })
  const artifact = await readArtifact(resolve(terminal.cwd, file))
  const result = await runArtifact(appName, artifact, await createHost(invocation), { wait: options.flag('wait') })
  return { value: { ...result }, text: deployText(result, output.paint) }
}
