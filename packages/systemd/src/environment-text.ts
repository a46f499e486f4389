import { isOwnVariable, type BuildArtifact } from '@hop3/core'
import { fileAssignment } from './escape.ts'

/** Hop3 says them in the units; a file of variables would win over those. */
const ofUnits = new Set(['APP', 'PROC_TYPE', 'BIND_ADDRESS', 'PORT'])

/** What of that belongs into the file: all but what the units say themselves. */
export function fileVariables(appEnv: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(appEnv).filter(([name]) => !ofUnits.has(name) && !isOwnVariable(name)))
}

/**
 * What the operator set for the app, as the file that `EnvironmentFile=` names. It holds secrets: 0600, and nowhere but there. Throws
 * `deploy.systemd.value`.
 */
export function environmentText(appEnv: Readonly<Record<string, string>>, { runtime }: Pick<BuildArtifact, 'runtime'>): string {
  return Object.entries(fileVariables(appEnv))
    .map(([name, value]) => `${fileAssignment(name, name === 'PATH' ? [...runtime.pathPrepend, value].join(':') : value)}\n`)
    .join('')
}
