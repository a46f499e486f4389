/** What a PHP app is: its manifest, its framework, and the directory that answers requests. */
import { hop3Error, joinPaths, normalPath, visible, withoutTrailingSlashes } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { isInside } from '../inside.ts'
import { readableText } from '../readable-text.ts'
import { textAt } from '../value-at.ts'
import { readComposer } from './composer.ts'
import type { Composer } from './composer.ts'
import type { PhpOptions } from './options.ts'

export type PhpFramework = 'laravel' | 'symfony' | 'wordpress'

export interface PhpApp {
  readonly source: SourceView
  readonly names: readonly string[]
  readonly composer?: Composer
  readonly framework?: { readonly name: PhpFramework; readonly origin: string }
  /** The directory with index.php, `.` for the app itself; undefined when there is none. */
  readonly root?: { readonly directory: string; readonly origin: string }
}

const roots = ['public', 'web', 'webroot', 'www', 'htdocs', 'html', 'docroot', 'public_html']

/** Throws `config.php.root` and `.composer-json`. */
export async function readPhpApp(source: SourceView, options: PhpOptions = {}): Promise<PhpApp> {
  const names = await source.list()
  const composer = await readComposer(source)
  const framework = frameworkOf(names, composer)
  const root = await findRoot(source, names, composer, options)
  return { source, names, ...(composer && { composer }), ...(framework && { framework }), ...(root && { root }) }
}

/** By the programs and packages a framework always has, never by a word in a text. */
function frameworkOf(names: readonly string[], composer: Composer | undefined): PhpApp['framework'] {
  if (names.includes('artisan') && composer !== undefined) return { name: 'laravel', origin: 'artisan' }
  if (composer?.packages.has('symfony/framework-bundle') === true)
    return { name: 'symfony', origin: composer.origin('symfony/framework-bundle') }
  if (names.includes('wp-load.php') || names.includes('wp-config.php'))
    return { name: 'wordpress', origin: names.includes('wp-load.php') ? 'wp-load.php' : 'wp-config.php' }
  return undefined
}

async function findRoot(
  source: SourceView,
  names: readonly string[],
  composer: Composer | undefined,
  options: PhpOptions,
): Promise<PhpApp['root']> {
  if (options.root !== undefined) return askedRoot(source, options.root)
  const declared = textAt(composer?.data, 'extra', 'public-dir')
  for (const directory of [...(declared === undefined ? [] : [withoutSlash(declared)]), ...roots]) {
    const file = joinPaths(directory, 'index.php')
    const isThere = names.includes(directory.split('/')[0] ?? '') && (await source.hasFile(file))
    if (isThere && !(names.includes('index.php') && (await isGuard(source, file)))) return { directory, origin: file }
  }
  return names.includes('index.php') && (await source.hasFile('index.php')) ? { directory: '.', origin: 'index.php' } : undefined
}

/** `<?php // Silence is golden.`, or a redirect upwards: some apps put such a file into each of their directories. */
async function isGuard(source: SourceView, file: string): Promise<boolean> {
  const text = (await readableText(source, file)) ?? ''
  const code =
    text.length > 4000 ? text : text.replace(/\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\/|(?:\/\/|#).*/g, '').replace(/^\s*<\?php|\?>\s*$/g, '')
  return code.split(/[;\n]/).every((one) => /^\s*(?:(?:exit|die)\b.*|header\(.*\))?\s*$/.test(one))
}

async function askedRoot(source: SourceView, asked: string): Promise<PhpApp['root']> {
  const directory = withoutSlash(normalPath(asked))
  if (isInside(directory) && (directory === '.' || (await source.hasDirectory(directory))))
    return { directory, origin: 'hop3.toml [build.php] root' }
  throw hop3Error('config.php.root', `hop3.toml [build.php] root names ${visible(asked)}, which is not a directory of the app.`, {
    hint: 'Name a directory inside the app, for example root = "public".',
    details: { root: visible(asked) },
  })
}

function withoutSlash(path: string): string {
  const plain = path.replace(/^\.\//, '')
  return withoutTrailingSlashes(plain) || plain.slice(0, 1)
}
