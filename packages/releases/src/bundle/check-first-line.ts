import { open } from 'node:fs/promises'
import { hop3Error, visible } from '@hop3/core'

/** Linux reads so many bytes of a script to find its interpreter; older kernels half of it, and nobody runs those. */
const longest = 255

/** Throws `artifact.bundle-path` when the path of the release has made a script's first line one that names no interpreter. `root`: the release. */
export async function checkFirstLine(file: string, path: string, root: string): Promise<void> {
  const head = await beginning(file)
  const line = head.split('\n', 1)[0] ?? ''
  // Absolute paths only: `#!/usr/bin/env node` is no concern of ours.
  if (!line.startsWith('#!') || line.startsWith('#!/bin/') || line.startsWith('#!/usr/')) return
  const isSplit = /\s/.test(root) && line.startsWith(`#!${root}`)
  if (line.length <= longest && !isSplit) return
  throw hop3Error(
    'artifact.bundle-path',
    `The first line of ${visible(path)} would ${isSplit ? 'have a blank in the path of its interpreter' : `be longer than the ${longest} bytes that Linux reads of it`}.`,
    {
      hint: 'Set HOP3_HOME to a shorter path without blanks and import again, or deploy from source on this host: `hop3 deploy`.',
      details: { path },
    },
  )
}

async function beginning(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longest + 1), 0, longest + 1, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
