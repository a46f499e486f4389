/** Whether a source with documentation in it is an app that runs. */
import { chooseStart } from '../python/start.ts'
import { readDjango } from '../python/django.ts'
import { projectCommands } from '../python/project-commands.ts'
import { readPythonApp } from '../python/python-app.ts'
import type { PythonApp } from '../python/python-app.ts'
import { findWebApplication } from '../python/web-framework.ts'
import { originOf } from '../origin.ts'
import { tableAt } from '../value-at.ts'
import { otherManifest } from '../manifests.ts'
import { procfileStart } from '../procfile.ts'
import { readNodeApp } from '../node/package-json.ts'
import type { SiteSource } from './generator.ts'

/** The file that starts or builds an app: `Procfile:2`, `go.mod`, `app.py`. Undefined where nothing is started. */
export async function startOf({ source, names }: SiteSource): Promise<string | undefined> {
  const process = await procfileStart(source, names)
  if (process !== undefined) return process
  if (names.includes('hop3.toml')) {
    const run = tableAt(await source.readToml('hop3.toml'), 'run')
    const key = ['start', 'workers'].find((name) => run !== undefined && Object.hasOwn(run, name))
    if (key !== undefined) return originOf('hop3.toml', await source.readText('hop3.toml'), /^[ \t]*\[run\b/m)
  }
  // Those of Node and Python are used by generators, too: what they start is looked at below.
  const manifest = otherManifest(names, 'node', 'python')
  if (manifest !== undefined) return manifest
  const node = await readNodeApp(source)
  const script = ['start', 'build'].find((name) => node?.scripts[name] !== undefined)
  if (node !== undefined && script !== undefined) return node.origin(script)
  return pythonStart({ source, names })
}

/** Where Python finds something to start. */
export async function pythonStart({ source, names }: SiteSource): Promise<string | undefined> {
  if (!names.some((name) => name.endsWith('.py') || ['pyproject.toml', 'Pipfile', 'requirements.txt', 'src', 'app'].includes(name)))
    return undefined
  const app = await readPythonApp(source)
  const django = names.includes('manage.py') ? await readDjango(source) : undefined
  const web = django === undefined ? await findWebApplication(app) : undefined
  const start = (await chooseStart(app, django, web)).decisions[0]?.origin
  return start ?? (servers.some((name) => app.declared.has(name)) ? commandOrigin(app) : undefined)
}

/** What a program depends on that serves something, and documentation does not. */
const servers = ['aiohttp', 'cherrypy', 'django', 'falcon', 'fastapi', 'flask', 'gunicorn', 'hypercorn', 'pyramid', 'starlette', 'tornado', 'twisted', 'uvicorn', 'waitress'] // prettier-ignore

/** The commands of a project: any may be what starts it. */
async function commandOrigin(app: PythonApp): Promise<string | undefined> {
  const { commands, origin } = await projectCommands(app)
  return commands.length === 0 ? undefined : origin
}
