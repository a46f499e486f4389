/** `hop3 systemd`: what it writes, what it prints to install that, and what it keeps. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, type AppHome, type BuildArtifact } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { processArtifact, tempApp } from '@hop3/testing'
import { expect, it, vi } from 'vitest'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand, type Finished } from './hop3-process.ts'

vi.setConfig({ testTimeout: 60_000 })

const isMissing = spawnSync('systemctl', ['--version']).status !== 0
if (isMissing && process.env['HOP3_REQUIRE'] === 'all') throw new Error('systemctl is required: apt-get install systemd')

it.skipIf(isMissing)(
  'has the units of gone workers removed, the others enabled, and each file in the one place that was chosen',
  async () => {
    const { root, home, hop3, release } = await machine()
    await release({ web: 'true', mail: 'true', 'cron-tidy': '@daily true' })
    await home.writeEnv({ SECRET: 'sesame' })
    const [units, etc] = [join(root, 'my units'), join(root, 'etc/systemd/system')]
    await mkdir(join(etc, 'hop3-shop.web@1.service.d'), { recursive: true })
    await writeFile(join(etc, 'hop3-shop.web@1.service.d', 'mine.conf'), '[Service]\n')
    const variables = join(root, 'my [s]hop.env')
    const print = async (): Promise<Finished> => hop3('systemd', 'shop', '-o', units, '--user', 'daemon', '--variables-file', variables)
    /** As printed, but for another place than /etc, by who is here, and with a systemctl that only makes links: no systemd has to run. */
    const install = async (): Promise<readonly string[]> => {
      const { stdout, stderr } = await print()
      expect(stderr).toBe('')
      const lines = stdout.split('\n').filter((line) => line.startsWith('  '))
      expect(lines.at(1)).toBe("  sudo systemctl stop 'hop3-shop.*'")
      expect(lines.at(-1)).toMatch(/ && sudo systemctl restart hop3-shop\.target$/)
      const script = lines
        .filter((line) => !line.includes('systemctl stop'))
        .join('\n')
        .replaceAll(/&& sudo systemctl (?:daemon-reload|restart .*)/g, '')
        .replaceAll('systemctl enable', `systemctl --root=${root} enable`)
        .replaceAll('/etc/systemd/system', etc)
        .replaceAll('sudo ', '')
      execFileSync('sh', ['-ec', script], { stdio: 'pipe' })
      return (await readdir(etc, { recursive: true })).filter((name) => !name.endsWith('.d') && !name.endsWith('.wants')).toSorted()
    }
    const own = 'hop3-shop.web@1.service.d/mine.conf'
    const web = [
      'hop3-shop.target',
      'multi-user.target.wants/hop3-shop.target',
      'hop3-shop.target.wants/hop3-shop.web@1.service',
      'hop3-shop.web@1.service',
      own,
    ]
    const wanted = ['hop3-shop.cron-tidy.timer', 'hop3-shop.mail@1.service'].map((name) => `hop3-shop.target.wants/${name}`)
    const gone = ['hop3-shop.cron-tidy.service', 'hop3-shop.cron-tidy.timer', 'hop3-shop.mail@1.service', ...wanted]
    expect(await install()).toEqual([...web, ...gone].toSorted())
    expect(await readFile(variables, 'utf8')).toBe('SECRET="sesame"\n')
    const text = await readFile(join(etc, 'hop3-shop.web@1.service'), 'utf8')
    expect(text).toContain(`\nEnvironmentFile=${variables.replace('[', '\\[')}\n`)
    await release({ web: 'true' })
    expect(await install()).toEqual(web.toSorted())
    expect((await readdir(units)).toSorted()).toEqual(['hop3-shop.target', 'hop3-shop.web@1.service', 'shop.env'])
    const { stdout } = await hop3('systemd', 'shop', '--user', 'daemon')
    expect(stdout).toMatch(/into a file of its own: SECRET$/m)
  },
)

it('notes the release, says nothing of before_run, and says what it needs of a user without a name', async () => {
  const { home, hop3, release, env, root } = await machine()
  const id = await release({ web: 'true' }, { beforeRun: ['true'] })
  expect(await home.releaseOfUnits()).toBeUndefined()
  const { stdout } = await hop3('systemd', 'shop', '--user', 'daemon')
  expect(stdout).not.toContain('before-run')
  expect(await home.releaseOfUnits()).toBe(id)
  if (process.getuid?.() !== 0) return
  execFileSync('chown', ['-R', '12345', root])
  const { status, stderr } = spawnSync('setpriv', ['--reuid=12345', '--clear-groups', ...hop3Command(['systemd', 'shop'])], {
    env,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('--user www-data') })
})

/** A home of the test's own with an app, whose releases are made without a build. */
async function machine() {
  const root = await tempApp()
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home'), HOP3_RUN: join(root, 'run') }
  const home = createHome({ path: env.HOP3_HOME, runPath: env.HOP3_RUN, clock: systemClock }).app('shop')
  const hop3 = (...words: readonly string[]): Promise<Finished> => runCommand(hop3Command(words), { cwd: root, env })
  return { root, env, home, hop3, release: (workers: Readonly<Record<string, string>>, more = {}) => released(home, workers, more) }
}

async function released(
  home: AppHome,
  workers: BuildArtifact['runtime']['workers'],
  more: Partial<BuildArtifact['runtime']>,
): Promise<string> {
  const lock = await home.lock({ operation: 'deploy', wait: false, signal: new AbortController().signal, notice: () => {} })
  const slot = await home.nextRelease('1f3a9c2e00000000')
  await home.reserve(slot)
  await home.commit(slot, { ...(await processArtifact(join(slot.path, 'source'), { ...more, workers })), metadata: { schema: 1 } })
  await home.switchTo(slot.id)
  await lock.release()
  return slot.id
}
