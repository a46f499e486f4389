/** How a Ruby app starts when neither a Procfile nor hop3.toml says so. */
import { hop3Error, shellQuote, visible } from '@hop3/core'
import { originOf } from '../origin.ts'
import { withoutComments } from '../code-lines.ts'
import { programText } from '../readable-text.ts'
import type { RubyApp } from './ruby-app.ts'
import { gemVersion } from './ruby-app.ts'
import type { RubyOptions } from './options.ts'

export interface Start {
  readonly command: string
  /** The file that is started. */
  readonly file: string
  readonly origin: string
}

export interface StartRequest {
  readonly appName: string
  /** No other manifest: then the only script there is counts, whatever its name. */
  readonly isAlone: boolean
  readonly options?: RubyOptions
}

/** Web servers in the order of preference, as commands that read config.ru. */
const servers: readonly (readonly [gem: string, command: (app: RubyApp) => string])[] = [
  ['puma', () => 'puma -b "tcp://$BIND_ADDRESS:$PORT"'],
  ['falcon', () => 'falcon serve --bind "http://$BIND_ADDRESS:$PORT"'],
  ['unicorn', () => 'unicorn -l "$BIND_ADDRESS:$PORT"'],
  ['iodine', () => 'iodine -b "$BIND_ADDRESS" -p "$PORT"'],
  ['thin', () => 'thin start -a "$BIND_ADDRESS" -p "$PORT"'],
]
const scripts = ['app.rb', 'main.rb', 'server.rb', 'web.rb', 'run.rb', 'bot.rb', 'start.rb', 'hello.rb']

/** Rails and Rack through a server among the gems, else a script of a usual name. Undefined when there is none. Throws `config.ruby.script`. */
export async function findStart(app: RubyApp, request: StartRequest): Promise<Start | undefined> {
  const { source, names } = app
  const exec = app.files === undefined ? '' : 'bundle exec '
  if (request.options?.script !== undefined) return namedScript(app, request.options.script, exec)
  const rack = names.includes('config.ru') ? rackCommand(app) : undefined
  if (rack !== undefined) return { command: `${exec}${rack}`, file: 'config.ru', origin: 'config.ru' }
  if (await isRails(app)) {
    // A pid file of each instance's own: several of one release may run.
    const command = `${exec}rails server -b "$BIND_ADDRESS" -p "$PORT" -P "tmp/pids/$PORT.pid"`
    return { command, file: 'config/application.rb', origin: 'config/application.rb' }
  }
  const roots = names.filter((name) => name.endsWith('.rb') && name !== app.files?.gemfile)
  const usual = [...scripts, `${request.appName}.rb`].find((name) => roots.includes(name))
  const script = usual ?? (request.isAlone && roots.length === 1 ? roots[0] : undefined)
  return script === undefined || !(await source.hasFile(script)) ? undefined : scriptStart(app, script, exec)
}

export async function isRails({ source, names }: RubyApp): Promise<boolean> {
  if (!names.includes('config')) return false
  return /<\s*(?:::)?Rails::Application\b/.test(withoutComments((await source.readText('config/application.rb')) ?? ''))
}

/** Rack 3 left `rackup` to a gem of that name. */
function rackCommand(app: RubyApp): string | undefined {
  const server = servers.find(([gem]) => app.gems.has(gem))
  if (server !== undefined) return server[1](app)
  const isOld = (gemVersion(app, 'rack')?.[0] ?? 3) < 3
  const hasRackup = app.files === undefined || app.gems.has('rackup') || isOld
  return hasRackup ? 'rackup config.ru -o "$BIND_ADDRESS" -p "$PORT"' : undefined
}

async function namedScript(app: RubyApp, script: string, exec: string): Promise<Start> {
  if (await app.source.hasFile(script)) return scriptStart(app, script, exec)
  throw hop3Error('config.ruby.script', `hop3.toml [build.ruby] script names ${visible(script)}, which is not a file of the app.`, {
    hint: 'Name a file inside the app, for example script = "server.rb".',
    details: { script: visible(script) },
  })
}

/** The classic style of Sinatra reads its command line; everything else reads PORT or is told nothing. */
async function scriptStart({ source }: RubyApp, script: string, exec: string): Promise<Start> {
  const text = await programText(source, script)
  const classic = /^[ \t]*require[ (]+["']sinatra["']/m
  const isClassic = classic.test(withoutComments(text ?? ''))
  return {
    command: `${exec}ruby ${shellQuote(script)}${isClassic ? ' -p "$PORT" -o "$BIND_ADDRESS"' : ''}`,
    file: script,
    origin: isClassic ? originOf(script, text, classic) : script,
  }
}
