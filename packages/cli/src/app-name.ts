import { checkAppName, hop3Error, visible } from '@hop3/core'
import { basename } from 'node:path'

/**
 * What is asked for, else what hop3.toml says, else the directory's name when it can be one. Throws `config.app-name`, but not for a `look`
 * at a source, which changes no app: there the name is the one that the error would propose.
 */
export function chooseAppName(asked: string | undefined, id: string | undefined, sourcePath: string, purpose?: 'look'): string {
  if (asked !== undefined) return checkAppName(asked, '--app')
  if (id !== undefined) return checkAppName(id, 'hop3.toml: [metadata] id')
  const name = basename(sourcePath)
  try {
    return checkAppName(name)
  } catch (cause) {
    const similar = similarName(name)
    if (purpose === 'look') return similar
    throw hop3Error('config.app-name', `The app has no name: its directory is called ${visible(name)}, which cannot be one.`, {
      hint: `Give it one with \`--app ${similar}\`, or for good with \`id = "${similar}"\` under [metadata] in hop3.toml.`,
      details: { name: visible(name), suggestion: similar },
      cause,
    })
  }
}

/** The nearest app name: "My App" → "my-app". */
export function similarName(text: string): string {
  const name = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '')
  return name === '' ? 'my-app' : name
}
