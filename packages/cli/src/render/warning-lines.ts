import { printable } from '@hop3/core'
import type { Paint } from './style.ts'

/** What a plan warns of, under a title; nothing where it does not. */
export function warningLines(warnings: readonly string[], paint: Paint): readonly string[] {
  if (warnings.length === 0) return []
  return [paint('bold', 'Warnings'), ...warnings.map((warning) => `  ${paint('yellow', '!')} ${printable(warning)}`)]
}
