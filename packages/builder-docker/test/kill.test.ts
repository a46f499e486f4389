import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomInt } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { processIds, readArguments } from '@hop3/core/processes'
import { tempApp } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { docker, lacksEngine, tagsOf } from './engine-fixture.ts'

const child = fileURLToPath(new URL('./build-child.ts', import.meta.url))

/** Whether a process with this word among its arguments runs. */
async function runs(word: string): Promise<boolean> {
  const all = await Promise.all((await processIds()).map((pid) => readArguments(pid)))
  return all.some((words) => words.includes(word))
}

async function until(what: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (await what()) return true
    await sleep(100)
  }
  return false
}

describe.skipIf(lacksEngine())('a build that is killed', { timeout: 90_000 }, () => {
  test.each([true, false])('leaves no process, container or image on the engine (BuildKit: %s)', async (buildkit) => {
    const seconds = `298.${randomInt(1_000_000_000)}`
    const appName = `hop3-test-kill${randomInt(1_000_000)}`
    const source = await tempApp({
      Dockerfile: `FROM debian:bookworm-slim\nRUN sleep ${seconds}\nCMD ["x"]\n`,
      'hop3.toml': `[build.docker]\nbuildkit = ${buildkit}\nnetwork = "none"\n`,
    })
    const home = await tempApp()
    const building = spawn(process.execPath, ['--conditions=@hop3/source', child, source, home, appName], { stdio: 'ignore' })
    onTestFinished(() => void building.kill('SIGKILL'))
    expect(await until(() => runs(seconds)), 'the step runs').toBe(true)
    building.kill('SIGKILL')
    await once(building, 'exit')
    expect(await until(async () => !(await runs(seconds))), 'the step has ended').toBe(true)
    const left = (): string =>
      docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Command}}')
        .split('\n')
        .filter((line) => line.includes(seconds))
        .join()
    expect(await until(async () => left() === ''), 'its container is gone').toBe(true)
    expect(tagsOf(appName)).toEqual([])
  })
})
