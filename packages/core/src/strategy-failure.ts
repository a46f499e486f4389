import { hop3Error, isHop3Error, toHop3Error } from './errors.ts'

/**
 * What a strategy threw, for whoever runs it: branded errors, interruptions and errors of the system as they are; anything else, being a
 * defect of the strategy, as `plugin.failed`. `who` and `when` are its sentence: `The builder docker`, `looked at the app`.
 */
export function strategyFailure(thrown: unknown, who: string, when: string): unknown {
  if (isHop3Error(thrown) || toHop3Error(thrown, who).code !== 'internal.unexpected') return thrown
  return hop3Error('plugin.failed', `${who} failed while it ${when}: ${messageOf(thrown)}`, {
    hint: 'This is a defect of that plugin: report it to its author with what --verbose prints. `hop3 plugins` names the package.',
    cause: thrown,
  })
}

/** The sentence of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
