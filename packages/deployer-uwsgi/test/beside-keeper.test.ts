import { systemClock } from '@hop3/core'
import { expect, test } from 'vitest'
import { besideKeeper } from '../src/beside-keeper.ts'

const context = { clock: { ...systemClock, sleep: async () => {} }, signal: new AbortController().signal }

test('a keeper that fails ends the work at once, with its own error', async () => {
  const error = new Error('no Emperor')
  let ended: unknown
  const waiting = besideKeeper(
    context,
    () => Promise.reject(error),
    async (signal) => {
      // Long enough for an unseen rejection to be noticed.
      await systemClock.sleep(60_000, signal).catch((reason: unknown) => (ended = reason))
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error('a consequence')
    },
  )
  await expect(waiting).rejects.toBe(error)
  expect(ended).toBeDefined()
})

test('the work goes on while it is kept, and is told of interruptions', async () => {
  const rounds: number[] = []
  const keep = async (): Promise<void> => void rounds.push(rounds.length)
  const sleep = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const patient = { ...context, clock: { ...systemClock, sleep } }
  const work = async (): Promise<string> => {
    while (rounds.length < 3) await sleep()
    return 'done'
  }
  expect(await besideKeeper(patient, keep, work)).toBe('done')
  const stop = new AbortController()
  const told = besideKeeper({ ...patient, signal: stop.signal }, keep, async (signal) => {
    while (!signal.aborted) await sleep()
    return signal.reason
  })
  stop.abort('interrupted')
  expect(await told).toBe('interrupted')
})
