/** Programs of the machine that tests need, beyond what Hop3 brings. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Whether to leave out tests that need them. Where everything is required, a missing program fails them instead. */
export function lacks(...names: readonly string[]): boolean {
  return process.env['HOP3_REQUIRE'] !== 'all' && !names.every(isOnPath)
}

function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return true
    } catch {
      // Not in this one.
      return false
    }
  })
}
