import { chmodSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildStage, inImage } from './build-stage.ts'
import { docker, lacksEngine } from './engine-fixture.ts'

const base = 'FROM debian:bookworm-slim\n'
/** Without a network of their own the steps start sooner, and none of these needs one. */
const options = (lines: string): string => `[build.docker]\nnetwork = "none"\n${lines}\n`

describe.skipIf(lacksEngine())('a build', { timeout: 60_000 }, () => {
  describe.each([
    ['BuildKit', 'buildkit = true'],
    ['the classic builder', 'buildkit = false'],
  ])('by %s', (_name, builder) => {
    test('leaves in the image what the rules leave of the source, the Dockerfile that they take out included', async () => {
      const stage = await buildStage({
        'hop3.toml': options(builder),
        Dockerfile: `${base}WORKDIR /app\nCOPY . .\nCMD ["sleep", "1"]\n`,
        '.dockerignore': 'Dockerfile*\nhop3.toml\nsecret*\n',
        'secret.env': 'x',
        'kept/ä b.txt': 'kept',
        'run.sh': '#!/bin/sh\n',
      })
      chmodSync(join(stage.source, 'run.sh'), 0o755)
      symlinkSync('nowhere', join(stage.source, 'broken'))
      const artifact = await stage.build()
      expect(inImage(artifact, 'find . -printf "%p %y %m %u\\n" | sort')).toBe(
        [
          '. d 755 root',
          './.dockerignore f 644 root',
          './broken l 777 root',
          './kept d 755 root',
          './kept/ä b.txt f 644 root',
          './run.sh f 755 root',
        ].join('\n'),
      )
    })

    test('reads an artifact from the image and the configuration', async () => {
      const stage = await buildStage({
        'hop3.toml': `${options(`${builder}\nargs = { GREETING = "hällo", TIMES = 3 }`)}[env]\nMODE = "live"\n`,
        Procfile: 'worker: ./work --fast\nclock: sh -c "date; sleep 60"\n',
        Dockerfile: `${base}ARG GREETING\nARG TIMES\nENV TEXT="$GREETING $TIMES"\nWORKDIR /srv/app\nEXPOSE 9000 8000/udp 3000\nHEALTHCHECK --interval=5s --timeout=2s --retries=4 CMD true\nUSER 1000\nENTRYPOINT ["/entry"]\nCMD ["a b", "c"]\n`,
      })
      const artifact = await stage.build()
      expect(artifact).toMatchObject({
        kind: 'docker-image',
        location: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        runtime: {
          workingDir: '/srv/app',
          envVars: { MODE: 'live' },
          workers: { web: "/entry 'a b' c", worker: './work --fast', clock: 'sh -c "date; sleep 60"' },
        },
        metadata: {
          workers_argv: { web: ['/entry', 'a b', 'c'], worker: ['./work', '--fast'] },
          port: 3000,
          ports: [3000, 9000],
          healthcheck: { test: ['CMD-SHELL', 'true'], interval: 5, timeout: 2, retries: 4 },
          image: { user: '1000', platform: expect.stringContaining('linux/'), env_names: expect.arrayContaining(['TEXT', 'PATH']) },
        },
      })
      expect(artifact.metadata['workers_argv']).not.toHaveProperty('clock')
      expect(docker('image', 'inspect', '--format', '{{json .Config.Env}}', artifact.location)).toContain('TEXT=hällo 3')
    })

    test('shows its steps and their output, and which ones the engine had', async () => {
      const text = `ünïcode-${Math.random()}`
      const stage = await buildStage({ 'hop3.toml': options(builder), Dockerfile: `${base}RUN echo "${text}"; echo second\nCMD ["x"]\n` })
      await stage.build()
      expect(stage.texts()).toContain(`${text}\nsecond\n`)
      await stage.build()
      const ends = stage.events.filter(({ data, text: step }) => data?.['kind'] === 'end' && step.includes('RUN'))
      expect(ends.map(({ data }) => data?.['cached'])).toEqual([false, true])
    })

    test('says which step failed, where it stands, what it printed last and how it ended', async () => {
      const stage = await buildStage({
        'hop3.toml': options(builder),
        // It ends a moment after its last words: of a container that ended at once, the engine has been seen to tell none.
        Dockerfile: `${base}\n# first\nRUN for i in $(seq 30); do echo line $i; done && \\\n    echo "to stderr" >&2 && sleep 0.5 && \\\n    exit 42\nCMD ["x"]\n`,
      })
      const error = await stage.build().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'build.step-failed', details: { exitCode: 42, line: 4 } })
      expect(String(error)).toMatch(
        /Dockerfile:4: \[.*RUN for i[\s\S]*exited with 42[\s\S]*line 30[\s\S]*to stderr[\s\S]* 6 \| >>> {5}exit 42/,
      )
      expect(String(error)).not.toContain('line 3\n')
    })

    test.each([
      ['FROM debian:bookworm-slim\nRUNN true\n', 'build.dockerfile', /Dockerfile:2: unknown instruction: RUNN/, /line 2/],
      ['ARG VERSION\nFROM debian:${VERSION}\n', 'build.dockerfile', /Dockerfile/, /VERSION.*args = \{ VERSION/],
      ['', 'build.dockerfile', /no instruction/, /FROM/],
      [`${base}COPY missing.txt /\n`, 'build.step-failed', /missing\.txt/, /Mend it/],
      ['FROM hop3-test.invalid/none:1\nCMD ["x"]\n', 'build.base-image', /hop3-test\.invalid\/none:1/, /docker pull/],
    ])('says what is wrong with %j', async (dockerfile, code, message, hint) => {
      const stage = await buildStage({ 'hop3.toml': options(builder), Dockerfile: dockerfile })
      const error = await stage.build().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) })
    })

    test('builds the stage that is named, and names the others where there is none of that name', async () => {
      const files = { Dockerfile: `${base.trim()} AS one\nCMD ["one"]\nFROM one AS two\nCMD ["two"]\n` }
      const one = await buildStage({ ...files, 'hop3.toml': options(`${builder}\ntarget = "one"`) })
      expect((await one.build()).runtime.workers).toEqual({ web: 'one' })
      const none = await buildStage({ ...files, 'hop3.toml': options(`${builder}\ntarget = "three"`) })
      await expect(none.build()).rejects.toMatchObject({ code: 'build.dockerfile', hint: 'Its stages are one, two.' })
    })

    test('refuses what cannot be read, and leaves out what no image can hold', async () => {
      const stage = await buildStage({ 'hop3.toml': options(builder), Dockerfile: `${base}COPY . /app\nCMD ["x"]\n` })
      const server = createServer().listen(join(stage.source, 'app.sock'))
      await new Promise((resolve) => server.once('listening', resolve))
      const artifact = await stage.build()
      server.close()
      expect(inImage(artifact, 'ls /app')).not.toContain('sock')
      expect(stage.texts()).toMatch(/Left out.*app\.sock/)
    })
  })
})
