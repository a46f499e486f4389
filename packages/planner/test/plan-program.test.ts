import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createRun, silentLog } from '@hop3/core'
import { processIds, readArguments } from '@hop3/core/processes'
import { tempApp, type Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { createSourceView, planApp, readAppConfig, type ProviderAccess } from '../src/index.ts'
import { planFromProgram } from '../src/providers/plan-program.ts'
import { sandbox } from '../src/providers/sandbox.ts'
import { accessWith } from './access-with.ts'
import { rejectionOf } from './error-of.ts'

/** False where this host forbids namespaces: then programs are refused, which is tested as well. */
const confines = process.env['HOP3_REQUIRE'] === 'all' || spawnSync('unshare', ['--map-root-user', '--net', 'true']).status === 0

const plan =
  '{"kind":"zig","phases":{"build":{"cmds":["zig build"],"outputs":["zig-out"]}},"processes":{"web":"zig-out/bin/app"},"versions":{"zig":"0.14.0"},"runtime":{"pathPrepend":["zig-out/bin"]},"warnings":["old"]}'

/** A provider as a shell script: `files` and `plan` are what it runs when asked for either. */
const script = (files: string, planning: string): string => `#!/bin/sh
read -r question
case "$question" in
  *'"method":"files"'*) ${files} ;;
  *'"method":"plan"'*) ${planning} ;;
esac
`
const answers = (answer: string): string => `cat <<'END'\n${answer}\nEND\n`
const asks = answers('{"files":["zig.zon","src/**/*.zig","missing","*.md"]}')

interface Asked {
  readonly app?: Files
  readonly program: string
  readonly entry?: string
  readonly access?: Partial<ProviderAccess>
  readonly limits?: Parameters<typeof planFromProgram>[3]
}

async function ask({ app = {}, program, entry = 'zig', access = {}, limits }: Asked) {
  const home = await tempApp()
  const file = join(home, 'providers/zig')
  await install(file, program)
  const sourcePath = await tempApp(app)
  const request = {
    entry: { kind: 'program', text: `exec:${entry}`, program: entry } as const,
    origin: 'hop3.toml:2:1',
    source: createSourceView(sourcePath),
    sourcePath,
    root: '',
    access: undefined,
  }
  const host = { ...accessWith(home), run: createRun(), env: { PATH: '/usr/bin:/bin' }, ...access }
  return {
    home,
    planned: planFromProgram(
      request,
      entry.replace('APP', sourcePath).replace('HOME', home),
      host,
      limits ?? { timeout: 5_000, maxOutput: 4 * 1024 * 1024 },
    ),
  }
}

async function install(file: string, program: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, program)
  await chmod(file, 0o755)
}

async function failureOf(asked: Asked) {
  return rejectionOf((await ask(asked)).planned)
}

test.skipIf(!confines)('is asked for files, given them, and answers with a plan whose values say where they come from', async () => {
  const app = {
    'zig.zon': 'one',
    'src/main.zig': 'two',
    'src/deep/er.zig': 'three',
    'src/other.c': 'no',
    'README.md': 'four',
    'secret.env': 'no',
  }
  const { planned, home } = await ask({ app, program: script(asks, answers(plan)) })
  expect(await planned).toMatchObject({
    name: 'zig',
    plan: {
      kind: 'zig',
      phases: { build: { cmds: ['zig build'] } },
      versions: { zig: { version: '0.14.0', origin: 'exec:zig' } },
      decisions: [{ key: 'processes.web', value: 'zig-out/bin/app', origin: 'exec:zig' }],
      warnings: ['exec:zig: old'],
    },
  })
  const echo = script(asks, `printf '{"error":"%s"}' "$(printf '%s' "$question" | tr -d '\\\\\\\\' | tr '"' "'")"`)
  const seen = await failureOf({ app, program: echo })
  expect(seen).toMatchObject({ code: 'config.provider.exec-refuses' })
  expect(seen.message).toContain("'files':{'README.md':'four','src/deep/er.zig':'three','src/main.zig':'two','zig.zon':'one'}")
  expect(existsSync(home)).toBe(true)
})

test.skipIf(!confines)('in a list of providers, through planApp', async () => {
  const home = await tempApp()
  await install(join(home, 'providers/zig'), script(asks, answers(plan)))
  const sourcePath = await tempApp({ 'hop3.toml': '[build.plan]\nproviders = ["exec:zig"]\n' })
  const config = await readAppConfig({ sourcePath })
  const planned = await planApp({
    appName: 'shop',
    sourcePath,
    config,
    toolchains: [],
    log: silentLog,
    access: { ...accessWith(home), run: createRun(), env: { PATH: '/usr/bin:/bin' } },
  })
  expect(planned).toMatchObject({ kind: 'zig', toolchains: ['exec:zig'], runtime: { workers: { web: 'zig-out/bin/app' } } })
})

describe.skipIf(!confines)('what it gets', () => {
  const sees = (command: string): string => script(`printf '{"error":"%s"}' "$(${command})"`, '')

  test('an empty environment, an empty directory, no network, and neither app nor sockets of the host', async () => {
    const env = await failureOf({ program: sees('/usr/bin/env | grep -v -e ^PWD= -e ^_= -e ^OLDPWD= -e ^SHLVL= | tr "\\012" " "; echo .') })
    expect(env.message).toBe('hop3.toml:2:1: exec:zig: .')
    expect((await failureOf({ program: sees('ls -A | wc -l') })).message).toMatch(/: 0$/)
    expect((await failureOf({ program: sees('tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " \\n"') })).message).toMatch(/: lo$/)
    const app = await tempApp({ 'secret.txt': 'x' })
    expect((await failureOf({ program: sees(`ls -A /run | wc -l`) })).message).toMatch(/: 0$/)
    expect(existsSync(join(app, 'secret.txt'))).toBe(true)
  })

  test('no view of the app it was not given', async () => {
    const home = await tempApp()
    const sourcePath = await tempApp({ 'secret.txt': 'x', 'hop3.toml': '[build.plan]\nproviders = ["exec:zig"]\n' })
    await install(join(home, 'providers/zig'), script(`printf '{"error":"%s"}' "$(ls -A ${sourcePath} | wc -l)"`, ''))
    const access = { ...accessWith(home), run: createRun(), env: { PATH: '/usr/bin:/bin' } }
    const config = await readAppConfig({ sourcePath })
    const error = await rejectionOf(planApp({ appName: 'shop', sourcePath, config, toolchains: [], log: silentLog, access }))
    expect(error.message).toMatch(/: 0$/)
  })
})

/** Whether no process has this for an argument, in the end. */
async function isGone(argument: string): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    const all = await Promise.all((await processIds()).map(readArguments))
    if (!all.some((words) => words[0] === 'sleep' && words[1] === argument)) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

describe.skipIf(!confines)('what it may do', () => {
  const tries = (commands: string): string => script(`printf '{"error":"%s"}' "$(${commands})"`, '')
  const writable = 'for d in / /var/tmp /dev/shm /home /etc HERE; do (: > $d/hop3-probe) 2>/dev/null && echo $d; done; echo .'

  test('write nowhere but in its room, which is small, and undo none of that', async () => {
    const outside = await tempApp({ probe: 'x' })
    const everywhere = tries(writable.replace('HERE', outside))
    expect((await failureOf({ program: everywhere })).message).toBe('hop3.toml:2:1: exec:zig: .')
    expect((await failureOf({ program: tries(`mount -o remount,bind,rw / ; (: > ${outside}/more); ls ${outside}`) })).message).toMatch(
      /: probe$/,
    )
    const fill = 'dd if=/dev/zero of=big bs=1M count=64 2>/dev/null; stat -c %s big'
    const size = Number(/: (\d+)$/.exec((await failureOf({ program: tries(fill) })).message)?.[1])
    expect(size).toBeGreaterThan(0)
    expect(size).toBeLessThanOrEqual(32 * 1024 * 1024)
  })

  test('write into /tmp, which is its own, when it is a program of the host', async () => {
    const home = await tempApp()
    const marker = `hop3-own-${process.pid}`
    const request = {
      access: { run: createRun(), signal: new AbortController().signal, env: { PATH: '/usr/bin:/bin' } },
      hidden: [],
      program: '/bin/sh',
      cwd: home,
    }
    const [file = '', ...args] = (await sandbox(request)) ?? []
    const result = await createRun()({
      file,
      args: [...args, '/bin/sh', '-c', `echo x > /tmp/${marker} && cat /tmp/${marker} && pwd && ls -A`],
      cwd: home,
      env: {},
    })
    expect(result).toMatchObject({ exitCode: 0, stdout: `x\n${home}\n` })
    expect(existsSync(`/tmp/${marker}`)).toBe(false)
  })
})

describe.skipIf(!confines)('wrong answers', () => {
  const limits = { timeout: 700, maxOutput: 100_000 }

  test('hangs: ended, with what it started', async () => {
    const program = script(`(trap '' TERM; sleep 986.1) & sleep 986.1`, '')
    expect(await failureOf({ program, limits })).toMatchObject({
      code: 'config.provider.exec-hangs',
      message: expect.stringContaining('within 0.7 seconds'),
    })
    expect(await isGone('986.1')).toBe(true)
  })

  test('what it leaves behind ends with it', async () => {
    const program = script(asks, `(setsid sleep 986.2 >/dev/null 2>&1 &) ; ${answers(plan)}`)
    await (
      await ask({ program })
    ).planned
    expect(await isGone('986.2')).toBe(true)
  })

  test.each<[string, string, string, RegExp]>([
    ['writes without end', script('exec cat /dev/zero', ''), 'exec-output', /more than 100000 bytes/],
    ['fails', script('echo "no zig here" >&2; exit 3', ''), 'exec-failed', /exited with 3; it said:\n {2}no zig here/],
    ['fails silently', script('exit 1', ''), 'exec-failed', /exited with 1 and said nothing/],
    ['answers nothing', script('true', ''), 'exec-garbage', /answered nothing/],
    ['answers garbage', script("printf '\\033[31mhello'", ''), 'exec-garbage', /hello/],
    ['answers another thing', script(answers('[]'), ''), 'exec-plan', /exec:zig/],
    ['answers files of a wrong kind', script(answers('{"files":"all"}'), ''), 'exec-plan', /exec:zig: files must be a list/],
    [
      'answers a plan with an unknown key',
      script(asks, answers('{"kind":"zig","phase":{}}')),
      'exec-plan',
      /exec:zig: unknown key "phase"/,
    ],
    [
      'answers a plan with a bad value',
      script(asks, answers('{"kind":"zig","phases":{"build":{"cmds":"make"}}}')),
      'exec-plan',
      /exec:zig: phases.build.cmds must be a list/,
    ],
    ['answers no kind', script(asks, answers('{}')), 'exec-plan', /exec:zig: kind is missing/],
    [
      'publishes the host',
      script(asks, answers('{"kind":"zig","runtime":{"staticPaths":{"/x":"../../etc"}}}')),
      'static-path',
      /exec:zig: "..\/..\/etc"/,
    ],
    [
      'names a path of the host',
      script(asks, answers('{"kind":"zig","runtime":{"pathPrepend":["/opt/bin"]}}')),
      'provider.path',
      /exec:zig: "\/opt\/bin"/,
    ],
    ['wants too many files', script(answers('{"files":["many/*"]}'), ''), 'exec-files', /more than 200 files/],
    ['wants a large file', script(answers('{"files":["large.json"]}'), ''), 'exec-files', /larger than 1 MiB/],
    ['wants what lies outside', script(answers('{"files":["../../etc/passwd"]}'), ''), 'path-outside', /not a path inside/],
    [
      'says what it needs',
      script(asks, answers('{"error":"there is no build.zig","hint":"Run zig init."}')),
      'exec-refuses',
      /exec:zig: there is no build.zig/,
    ],
  ])('%s', async (_what, program, code, message) => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`many/${index}`, '']))
    const error = await failureOf({
      program,
      limits: { timeout: 5_000, maxOutput: 100_000 },
      app: { ...many, 'large.json': 'x'.repeat(1024 * 1024 + 1) },
    })
    expect(error.code).toMatch(new RegExp(`${code}$`))
    expect(error.message).toMatch(message)
    expect(error.message).toMatch(/^hop3\.toml:\d+:\d+: /)
    expect(error.message).not.toContain('\u001b')
    expect(error.hint).not.toBe('')
  })

  test('an aborted planning ends it', async () => {
    const controller = new AbortController()
    const { planned } = await ask({ program: script('sleep 60', ''), access: { signal: controller.signal } })
    setTimeout(() => controller.abort(new Error('enough')), 300)
    await expect(planned).rejects.toThrow('enough')
  })
})

describe('which program', () => {
  const program = script(asks, answers(plan))

  test.each([
    ['a relative path', './zig', 'exec-path'],
    ['a path that climbs', '../zig', 'exec-path'],
    ['nothing', '', 'exec-path'],
    ['a name nobody has', 'no-such-program', 'exec-missing'],
    ['a path to nothing', '/no/such/program', 'exec-missing'],
    ['a program of the app', 'APP/zig', 'exec-from-app'],
    ['a link to a program of the app', 'HOME/link', 'exec-from-app'],
  ])('%s is refused', async (_what, entry, code) => {
    const home = await tempApp()
    const run = (): never => expect.fail('something was started')
    const app = await tempApp({ zig: program })
    await chmod(join(app, 'zig'), 0o755)
    await symlink(join(app, 'zig'), join(home, 'link'))
    const request = { origin: 'here', source: createSourceView(app), sourcePath: app, root: '', access: undefined }
    const named = entry.replace('APP', app).replaceAll('HOME', home)
    const error = await rejectionOf(
      planFromProgram({ ...request, entry: { kind: 'program', text: 'exec:zig', program: named } }, named, { ...accessWith(home), run }),
    )
    expect(error.code).toBe(`config.provider.${code}`)
  })

  test('nothing of releases and caches is run, nor a program of the app that is on PATH', async () => {
    const home = await tempApp()
    const app = await tempApp()
    const run = (): never => expect.fail('something was started')
    for (const [directory, path] of [
      [app, 'bin/zig'],
      [home, 'apps/shop/releases/1/source/zig'],
      [home, 'cache/zig'],
    ] as const) {
      await install(join(directory, path), program)
      const request = { origin: 'here', source: createSourceView(app), sourcePath: app, root: '', access: undefined }
      const access = { ...accessWith(home), run, env: { PATH: dirname(join(directory, path)) } }
      const error = await rejectionOf(
        planFromProgram({ ...request, entry: { kind: 'program', text: 'exec:zig', program: 'zig' } }, 'zig', access),
      )
      expect(error).toMatchObject({ code: 'config.provider.exec-from-app', hint: expect.stringContaining(join(home, 'providers')) })
    }
  })

  test("where the host cannot confine it, only with the operator's leave", async () => {
    const started: string[] = []
    const real = createRun()
    const run: ProviderAccess['run'] = (command) => {
      started.push(command.file)
      return command.file.endsWith('unshare')
        ? Promise.resolve({ exitCode: 1, signal: null, timedOut: false, stdout: '', stderr: '', pid: 1 })
        : real(command)
    }
    expect(await failureOf({ program, access: { run } })).toMatchObject({
      code: 'config.provider.exec-unconfined',
      hint: expect.stringContaining('--allow-provider-code'),
    })
    expect(started.every((file) => file.endsWith('unshare'))).toBe(true)
    const { planned, home } = await ask({
      program,
      access: { run, providers: { packages: [], home: '/nonexistent', allowCode: true } },
      entry: 'HOME/providers/zig',
    })
    expect((await planned).plan.kind).toBe('zig')
    expect(await readFile(join(home, 'providers/zig'), 'utf8')).toBe(program)
  })
})
