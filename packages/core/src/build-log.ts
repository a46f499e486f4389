/** `<release>/build.log`: every line the build's processes printed, secrets masked. */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Log } from './log.ts'
import { createSecretMask } from './secret-mask.ts'

export interface BuildLog {
  /** A heading in the file only. */
  readonly note: (text: string) => void
  /** A line for the file, behind `prefix`, and for `log`. Returns it masked. */
  readonly output: (log: Log, line: string, stream: 'stdout' | 'stderr', prefix?: string) => string
  readonly close: () => void
}

export function openBuildLog(path: string, secrets: Readonly<Record<string, string>>): BuildLog {
  const { mask } = createSecretMask(Object.values(secrets))
  const file = openSync(path, 'a', 0o600)
  const write = (text: string): void => {
    writeSync(file, `${text}\n`)
  }
  return {
    note: (text) => write(mask(text)),
    output(log, line, stream, prefix = '') {
      const masked = mask(line)
      log.output(masked, stream)
      write(`${prefix}${masked}`)
      return masked
    },
    close: () => closeSync(file),
  }
}
