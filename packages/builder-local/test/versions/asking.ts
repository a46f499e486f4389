/** Builds that ask for one version, on hosts that have it or have not. */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildArtifact, BuildContext, BuildPlan } from '@hop3/core'
import { hostPath, type Fixture } from '../build-fixture.ts'

export const required = process.env['HOP3_REQUIRE'] === 'all'
export const path = `${hostPath}:${process.env['PATH'] ?? ''}`
/** How this machine reaches the registries. */
export const reach = Object.fromEntries(
  Object.entries(process.env).filter((pair): pair is [string, string] =>
    /^(?:https?_proxy|no_proxy|SSL_CERT_|NODE_EXTRA_CA_CERTS|npm_config_registry|GOPROXY|GOSUMDB)/i.test(pair[0]),
  ),
)
export const minute = 60_000

export function onHost(name: string): string | undefined {
  return path
    .split(':')
    .map((one) => join(one, name))
    .find((file) => existsSync(file))
}

export const isMissing = (name: string): boolean => onHost(name) === undefined && !required

/** A plan that asks for one version and writes down which one its phase gets. */
export function asking(name: string, version: string, command: string): Partial<BuildPlan> {
  return {
    versions: { [name]: { version, origin: `.${name}-version:1` } },
    phases: { build: { cmds: [`{ ${command}; } > told 2>&1`], dependsOn: [] } },
  }
}

export function told(artifact: BuildArtifact): string {
  return readFileSync(join(artifact.location, 'told'), 'utf8')
}

/** A host with nothing on PATH but the programs named. */
export function hostWith(app: Fixture, ...names: readonly string[]): Pick<BuildContext, 'env'> {
  const directory = join(app.root, 'bin')
  mkdirSync(directory, { recursive: true })
  for (const name of names) {
    const file = onHost(name)
    if (file !== undefined) symlinkSync(file, join(directory, name))
  }
  return { env: { PATH: directory, HOME: join(app.root, 'user'), ...reach } }
}

export const wholeHost = (app: Fixture): Pick<BuildContext, 'env'> => ({ env: { PATH: path, HOME: join(app.root, 'user'), ...reach } })
export const warnings = (app: Fixture): readonly string[] => app.events.filter(({ level }) => level === 'warn').map(({ text }) => text)
export const decisions = (artifact: BuildArtifact): unknown => artifact.metadata['decisions']
