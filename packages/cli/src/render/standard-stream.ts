import { fstatSync, statSync, writeSync } from 'node:fs'
import type { OutputStream } from '../invocation.ts'

type NodeStream = NodeJS.WritableStream & Pick<OutputStream, 'isTTY' | 'columns'>

/**
 * Standard output or error. A terminal's is Node's own stream; a file or a pipe is written as Node writes it, at once, but without the 25
 * modules its streams take, 3 ms of every start.
 */
export function standardStream(descriptor: 1 | 2, open: () => NodeStream): OutputStream {
  if (!isPlain(descriptor)) return open()
  const listeners: ((error: Error) => void)[] = []
  let opened: NodeStream | undefined
  return {
    write(text) {
      if (opened !== undefined) return opened.write(text)
      let bytes = Buffer.from(text)
      try {
        while (bytes.length > 0) bytes = bytes.subarray(writeSync(descriptor, bytes))
        return true
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if ('code' in error && error.code === 'EAGAIN') {
          // Whoever reads has made the pipe one that does not wait: Node's stream waits for it.
          opened = open()
          for (const listener of listeners) opened.on('error', listener)
          return opened.write(bytes)
        }
        for (const listener of listeners) listener(error)
        return false
      }
    },
    on: (_event, listener) => {
      listeners.push(listener)
      opened?.on('error', listener)
    },
  }
}

/** No terminal, nor any other device but the one that takes everything. */
function isPlain(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor)
    return !stats.isCharacterDevice() || stats.rdev === statSync('/dev/null').rdev
  } catch {
    // Node's own stream knows what to make of it.
    return false
  }
}
