/** What is wrong with a source that cannot be copied into a release. */
import type { Dirent } from 'node:fs'
import { hop3Error, shellQuote, toHop3Error, visible, type Hop3Error } from '@hop3/core'
import { systemCode } from '@hop3/core/files'

/** A file or directory of the source could not be read. */
export function unreadableError(path: string, thrown: unknown): Hop3Error {
  const code = systemCode(thrown)
  if (code === 'ENOENT') return changedError(path, 'disappeared', thrown)
  if (code !== 'EACCES' && code !== 'EPERM') return toHop3Error(thrown, `Cannot read ${visible(path)} of the source`)
  return hop3Error('build.source-unreadable', `Cannot read ${visible(path)} of the source: permission denied.`, {
    hint: `Make it readable (\`chmod u+r ${shellQuote(path)}\`), or leave it out of the release with a line in .hop3ignore.`,
    details: { path },
    cause: thrown,
  })
}

/** Something is no longer what it was when it was listed. */
export function changedError(path: string, what: 'disappeared' | 'was replaced', cause?: unknown): Hop3Error {
  return hop3Error('build.source-changed', `${visible(path)} of the source ${what} while it was being copied.`, {
    hint: 'Run the command again once nothing changes the source.',
    details: { path },
    class: 'retry',
    cause,
  })
}

/** A fifo, socket or device. */
export function specialFileError(path: string, found: Dirent): Hop3Error {
  const kind = found.isFIFO() ? 'a named pipe' : found.isSocket() ? 'a socket' : 'a device'
  return hop3Error(
    'build.source-special-file',
    `${visible(path)} of the source is ${kind}: only files, directories and links can be part of a release.`,
    {
      hint: `Remove it, or leave it out with the line ${visible(`/${path}`)} (without the quotes) in .hop3ignore.`,
      details: { path, kind },
    },
  )
}

/** A name that is no UTF-8 cannot be told apart from others like it. */
export function fileNameError(path: string): Hop3Error {
  return hop3Error('build.source-file-name', `The source has a file whose name is not valid UTF-8: ${visible(path)}.`, {
    hint: 'Rename it, for example with `convmv -f latin1 -t utf8 -r --notest .`.',
    details: { path },
  })
}

/** A link that leaves the source. */
export function linkError(path: string, target: string): Hop3Error {
  return hop3Error('build.source-link', `${visible(path)} of the source is a link to ${visible(target)}, which is outside the source.`, {
    hint: 'Copy what it points to into the source, or leave the link out with a line in .hop3ignore. Data that outlives releases belongs in $HOP3_DATA.',
    details: { path, target },
  })
}
