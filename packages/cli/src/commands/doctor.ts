import type { CommandResult } from '../command-spec.ts'
import type { Finding } from '../doctor/finding.ts'
import { checkDisk, checkHome, checkNode } from '../doctor/host-checks.ts'
import { checkHandOn } from '../doctor/hand-on.ts'
import { checkHostServer } from '../doctor/host-server.ts'
import { checkListen } from '../doctor/listen-port.ts'
import { checkPrograms } from '../doctor/programs.ts'
import { checkServed } from '../doctor/served.ts'
import { checkPlugins, checkProxies } from '../doctor/strategies.ts'
import { exitCodes } from '../exit-codes.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import type { Paint } from '../render/style.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const host = await createHost(invocation)
  const parts = await Promise.all([
    checkPrograms(host),
    checkHome(host),
    checkDisk(host),
    checkListen(host),
    checkProxies(host),
    checkPlugins(host),
    checkServed(host),
    checkHandOn(host),
    checkHostServer(host),
  ])
  const findings = [checkNode(), ...parts.flat()]
  const problems = findings.filter((finding) => finding.state === 'problem').length
  const summary =
    problems === 0 ? 'This machine can deploy.' : `${problems} ${problems === 1 ? 'problem has' : 'problems have'} to be mended first.`
  return {
    value: { ok: problems === 0, findings },
    text: [...findings.map((finding) => findingText(finding, invocation.output.paint)), '', summary].join('\n'),
    exitCode: problems === 0 ? 0 : (exitCodes['environment'] ?? 1),
  }
}

function findingText({ check, state, seen, fix }: Finding, paint: Paint): string {
  const signs = { ok: paint('green', '✓'), note: paint('yellow', '!'), problem: paint('red', '✗') }
  const line = `${signs[state]} ${paint('bold', check)}  ${seen}`
  return fix === undefined ? line : `${line}\n    ${paint('dim', fix)}`
}
