/** `<release>/build.log`: every line the build's processes printed, secrets masked. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { createSecretMask, type Log } from '@hop3/core'

export interface BuildLog {
  /** A heading in the file only. */
  note(text: string): void
  /** A line for the file and for `log`. Returns it masked. */
  output(log: Log, line: string, stream: 'stdout' | 'stderr'): string
  close(): void
}

export function openBuildLog(path: string, secrets: Readonly<Record<string, string>>): BuildLog {
  const { mask } = createSecretMask(Object.values(secrets))
  const file = openSync(path, 'a', 0o600)
  const write = (text: string): void => {
    writeSync(file, `${text}\n`)
  }
  return {
    note: (text) => write(mask(text)),
    output(log, line, stream) {
      const masked = mask(line)
      log.output(masked, stream)
      write(masked)
      return masked
    },
    close: () => closeSync(file),
  }
}
