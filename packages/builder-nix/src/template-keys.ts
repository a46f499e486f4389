/** Keys of `[nix]` as Hop3 has them: what a template makes an app of. Of zod/mini, like all of hop3.toml: the schema is made at every deploy. */
import * as z from 'zod/mini'
import { isAnonymous } from './anonymous-url.ts'
import { templateNames } from './templates/template-names.ts'

export const notAnonymous =
  'must not hold a user or a password, which everybody on this host could read: `netrc-file` of nix.conf names a file that has them'
const text = z.string({ error: 'must be a string' })
export const flag = z.boolean({ error: 'must be true or false' })
export const sha256 = text.check(z.regex(/^(?:sha256[-:])?[A-Za-z0-9+/=]{43,64}$/, 'is no SHA-256 as Nix writes it'))
const fileName = text.check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/, 'is no file name'))
const packageName = text.check(z.regex(/^[A-Za-z0-9_'.-]+$/, 'is no name of a package in nixpkgs'))
export const nonEmpty = text.check(z.minLength(1, 'must not be empty'))
/** Relative, and never out of the app. */
export const innerPath = nonEmpty.check(z.refine((path) => !/^\/|(?:^|\/)\.\.(?:\/|$)|[\0\n]/.test(path), 'must be a path inside the app'))
const variableName = text.check(z.regex(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'is no name of a variable'))

/** Keys of upstream's that this builder does without, and what to write. */
export const refusedKeys: Readonly<Record<string, string>> = {
  'config-files': 'Write the file in a command of `before-run`, or commit it; values come from the environment.',
  'conditional-env': '`pre-exec` is a line of shell: `test -z "$A" || export B="$A"`.',
  'post-install-dirs': 'A package cannot be written to. `pre-exec` makes directories of its own: `mkdir -p "$HOP3_DATA/cache"`.',
  'serve-mode': 'The worker `web` says how the app is served.',
  executable: '`prebuilt-binary` makes what it downloads executable; `archive` says what an archive is.',
}

export const templateKeys = {
  template: z.optional(oneOf(templateNames)),
  'nixpkgs-package': z.optional(packageName),
  /** Where a prebuilt program or archive is downloaded from, and its hash. */
  url: z.optional(
    z.url({ protocol: /^(?:https?|file)$/, error: 'must be an address of http, https or file' }).check(z.refine(isAnonymous, notAnonymous)),
  ),
  sha256: z.optional(sha256),
  archive: z.optional(oneOf(['tar', 'zip'])),
  'binary-name': z.optional(fileName),
  /** What `web` starts, and with what. */
  'exec-target': z.optional(nonEmpty),
  'exec-args': z.optional(z.array(text, { error: 'must be a list' })),
  /** A line of shell before it. */
  'pre-exec': z.optional(nonEmpty),
  /** Shell variables of what `web` starts, and exported ones; `$NAME` in them is what it is when the worker starts. */
  'local-vars': z.optional(variables(text)),
  'env-exports': z.optional(variables(text)),
  /** Packages of nixpkgs whose programs are on PATH. */
  'extra-paths': z.optional(z.array(packageName, { error: 'must be a list' })),
  /** Variables of every worker. */
  'runtime-env': z.optional(variables(text)),
  'node-package': z.optional(packageName),
  'pnpm-package': z.optional(packageName),
  'python-package': z.optional(packageName),
  'pip-package': z.optional(packageName),
  'go-package': z.optional(packageName),
  'ruby-package': z.optional(packageName),
  'jdk-package': z.optional(packageName),
  'gradle-package': z.optional(packageName),
  'maven-package': z.optional(packageName),
  /** Serves a war that does not start by itself. */
  'tomcat-package': z.optional(packageName),
  /** `8.3`: the package php83. */
  'php-version': z.optional(text.check(z.regex(/^\d+\.\d+$/, 'is no version of PHP such as 8.3'))),
  'php-extensions': z.optional(z.array(text.check(z.regex(/^[a-z0-9_]+$/, 'is no extension of PHP')), { error: 'must be a list' })),
  /** Default: where there is a composer.json. */
  'needs-composer': z.optional(flag),
  'composer-extra-flags': z.optional(
    z.array(text.check(z.regex(/^--?[A-Za-z][\w=:./,-]*$/, 'is no flag of Composer')), { error: 'must be a list' }),
  ),
  /** The directory with the index.php that answers. */
  'web-root': z.optional(innerPath),
}

export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `must be one of ${names.map((name) => JSON.stringify(name)).join(', ')}` })
}

/** A table of variables. */
export function variables<Value extends z.ZodMiniType>(value: Value) {
  return z.record(variableName, value, {
    error: ({ code }) => (code === 'invalid_key' ? 'has a key that is no name of a variable' : 'must be a table'),
  })
}
