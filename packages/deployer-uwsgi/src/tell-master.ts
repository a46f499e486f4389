import { closeSync, constants, openSync, writeSync } from 'node:fs'

/**
 * `q`: take no more requests, finish those at hand, end. Whether the master got it shows in whether it ends: one that is gone or does not
 * read is no error.
 */
export function tellMaster(fifo: string): void {
  try {
    const descriptor = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK)
    try {
      writeSync(descriptor, 'q')
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && unheard.has(error.code))) throw error
  }
}

/** No fifo, nobody reads it, nobody reads it any more, somebody has not read it for long. */
const unheard: ReadonlySet<unknown> = new Set(['ENOENT', 'ENXIO', 'EPIPE', 'EAGAIN'])
