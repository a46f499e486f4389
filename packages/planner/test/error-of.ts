import { isHop3Error, type Hop3Error } from '@hop3/core'
import { expect } from 'vitest'

/** The Hop3Error that `attempt` throws; fails the test when it throws none. */
export function errorOf(attempt: () => unknown): Hop3Error {
  try {
    attempt()
  } catch (error) {
    return asHop3Error(error)
  }
  return expect.fail('nothing was thrown')
}

/** The Hop3Error that `attempt` rejects with. */
export async function rejectionOf(attempt: Promise<unknown>): Promise<Hop3Error> {
  try {
    await attempt
  } catch (error) {
    return asHop3Error(error)
  }
  return expect.fail('nothing was thrown')
}

function asHop3Error(error: unknown): Hop3Error {
  if (isHop3Error(error)) return error
  throw error
}
