/** What a Django project adds to a plan: its static files, its migrations, and what its author had better know. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import type { Decision, ToolchainRuntime } from '@hop3/core'
import type { DjangoProject } from './django.ts'
import type { PythonOptions } from './options.ts'

export interface DjangoPlan {
  readonly collect?: { readonly command: string; readonly directory?: string; readonly secrets: readonly string[] }
  readonly runtime: Pick<ToolchainRuntime, 'beforeRun' | 'staticPaths'>
  readonly envVars: Readonly<Record<string, string>>
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

/** `root`: the directory of the app inside the source; paths of a plan are relative to the source. */
export function planDjango(django: DjangoProject | undefined, options: PythonOptions, root = ''): DjangoPlan {
  if (django === undefined) return { runtime: {}, envVars: {}, decisions: [], warnings: [] }
  const collected = options.collectstatic === false ? undefined : django.staticFiles
  const settings = django.settings === undefined ? '' : ` --settings ${django.settings}`
  const directory = collected?.directory === undefined ? undefined : joinPaths(root, collected.directory)
  const python = `${root === '' ? '' : `${posix.relative(root, '')}/`}.venv/bin/python`
  return {
    ...(collected && {
      collect: {
        command: `${python} manage.py collectstatic --noinput${settings}`,
        ...(directory !== undefined && { directory }),
        secrets: django.requires,
      },
    }),
    runtime: {
      ...(collected?.url !== undefined && directory !== undefined && { staticPaths: { [collected.url]: `${directory}/` } }),
      ...(options.migrations === true && { beforeRun: [`python manage.py migrate --noinput${settings}`] }),
    },
    envVars: django.unlessAsked === undefined ? {} : { DJANGO_SETTINGS_MODULE: django.unlessAsked },
    decisions: [migrations(options), staticFiles(django, options)],
    warnings: sqliteWarning(django),
  }
}

/**
 * Not by themselves: unlike those of other frameworks they change what the release that still serves reads, in an order only the author knows,
 * and Django has `makemigrations` for nobody to forget.
 */
function migrations({ migrations: wanted }: PythonOptions): Decision {
  const key = 'python.django.migrations'
  if (wanted === true) return { key, value: 'run before each switch', origin: 'hop3.toml [build.python] migrations' }
  const value =
    'not run by themselves: the release that still serves may not know the new tables; `release: python manage.py migrate` in Procfile, or `migrations = true` under [build.python], runs them before each switch'
  return { key, value, origin: wanted === false ? 'hop3.toml [build.python] migrations' : 'python toolchain' }
}

function staticFiles({ staticFiles: collected }: DjangoProject, { collectstatic }: PythonOptions): Decision {
  const key = 'python.django.static'
  if (collectstatic === false) return { key, value: 'not collected', origin: 'hop3.toml [build.python] collectstatic' }
  if (collected !== undefined) return { key, value: collected.directory ?? 'STATIC_ROOT', origin: collected.origin }
  const value = "not collected; STATIC_ROOT = BASE_DIR / 'staticfiles' in the settings collects and serves them"
  return { key, value, origin: 'python toolchain' }
}

function sqliteWarning({ sqliteOrigin }: DjangoProject): readonly string[] {
  if (sqliteOrigin === undefined) return []
  return [
    `${sqliteOrigin} keeps the SQLite database in the release: every deploy starts with an empty one. Use the directory in the HOP3_DATA variable, which outlives releases.`,
  ]
}
