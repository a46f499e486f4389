/**
 * Build outputs hold the absolute path of the release they were made in: virtualenv scripts, `pyvenv.cfg`, editable installs. Release
 * directories of one app have names of one length, so the path can be exchanged for another release's in any file, whatever its format.
 */
export { pathForms as releasePathForms } from '@hop3/core/files'

/** True when every form of one is as long, in bytes, as the same form of the other. */
export function areExchangeable(from: readonly string[], to: readonly string[]): boolean {
  return from.length === to.length && from.every((form, index) => Buffer.byteLength(form) === Buffer.byteLength(to[index] ?? ''))
}

export function holdsPath(content: Buffer, forms: readonly string[]): boolean {
  return forms.some((form, index) => forms.indexOf(form) === index && content.includes(form))
}

/** The content with `from`'s paths exchanged for `to`'s, in place. The two must be exchangeable. */
export function exchangePaths(content: Buffer, from: readonly string[], to: readonly string[]): Buffer {
  for (const [index, form] of from.entries()) {
    const replacement = Buffer.from(to[index] ?? form)
    for (let at = content.indexOf(form); at !== -1; at = content.indexOf(form, at + replacement.length)) replacement.copy(content, at)
  }
  return content
}
