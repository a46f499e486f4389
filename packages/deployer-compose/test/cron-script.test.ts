import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cronScript } from '../src/cron-script.ts'

test.each([
  ['* * * * * echo due', '07 08 09 02 3', true],
  ['7 8 9 2 * echo due', '07 08 09 02 3', true],
  ['8 8 9 2 * echo due', '07 08 09 02 3', false],
  ['*/7 8-9 * * mon-wed echo due', '07 08 09 02 3', true],
  ['7 8 1 * 3 echo due', '07 08 09 02 3', true],
  ['7 8 1 * 4 echo due', '07 08 09 02 3', false],
  ['7 8 * * 4 echo due', '07 08 09 02 3', false],
  ['@daily echo due', '00 00 09 02 3', true],
  [`* * * * * printf '%s' "du""e $0"`, '00 00 01 01 0', true],
])('%s at %s', async (line, moment, isDue) => {
  const bin = await mkdtemp(join(tmpdir(), 'hop3-cron-'))
  onTestFinished(() => rm(bin, { recursive: true }))
  // The second wait is the last: by then the command has run.
  const programs = {
    date: `#!/bin/sh\n[ "$1" = +%S ] && echo 08 || echo "${moment}"\n`,
    sleep: `#!/bin/sh\n[ "$1" = 52 ] || exit 1\n[ -e ${bin}/once ] && { /bin/sleep 0.1; kill $PPID; } || : > ${bin}/once\n`,
  }
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(bin, name), text)
    await chmod(join(bin, name), 0o755)
  }
  expect(outputOf(cronScript(line, 'cron'), `${bin}:/usr/bin:/bin`).includes('due')).toBe(isDue)
})

test.each(['61 * * * * x', '* * * * x', 'x'])('%s is refused', (line) => {
  expect(() => cronScript(line, 'cron')).toThrow(expect.objectContaining({ code: 'deploy.compose.cron' }))
})

/** It ends by a signal. */
function outputOf(script: string, path: string): string {
  return execFileSync('/bin/sh', ['-c', '/bin/sh -c "$1" || true', 'sh', script], { encoding: 'utf8', env: { PATH: path }, stdio: 'pipe' })
}
