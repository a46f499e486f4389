/** The real container engine of this machine, and what tests leave on it: nothing. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll } from 'vitest'

/** Whether to leave out tests that need an engine. Where everything is required, a missing one fails them instead. */
export function lacksEngine(): boolean {
  return process.env['HOP3_REQUIRE'] !== 'all' && !existsSync('/var/run/docker.sock')
}

export function docker(...args: readonly string[]): string {
  return execFileSync('docker', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

/** Removes the images that the contract suite has made of its app, before and after: its releases have one build id. */
export function removeContractImages(): void {
  const remove = (): void => {
    for (const tag of tagsOf('shop').filter((one) => one.endsWith('-1f3a9c2e'))) docker('rmi', '--force', tag)
  }
  beforeAll(remove)
  afterAll(remove)
}

export function tagsOf(appName: string): readonly string[] {
  const lines = docker('images', '--format', '{{.Repository}}:{{.Tag}}', `hop3/${appName}`).split('\n')
  return lines.filter((tag) => tag !== '')
}

export function lacksProgram(name: string): boolean {
  const directories = (process.env['PATH'] ?? '').split(':')
  return process.env['HOP3_REQUIRE'] !== 'all' && !directories.some((directory) => existsSync(`${directory}/${name}`))
}
