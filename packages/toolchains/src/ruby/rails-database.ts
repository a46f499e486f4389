/** Whether Rails has a database to prepare, and where it lies. */
import type { Decision } from '@hop3/core'
import type { RubyOptions } from './options.ts'
import { gemVersion } from './ruby-app.ts'
import type { RubyApp } from './ruby-app.ts'

export interface RailsDatabase {
  readonly beforeRun: readonly string[]
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

const databaseGems = [
  'pg',
  'mysql2',
  'trilogy',
  'sqlite3',
  'activerecord-postgis-adapter',
  'activerecord-sqlserver-adapter',
  'activerecord-oracle_enhanced-adapter',
]

/** `application` is config/application.rb without its comments. */
export async function rubyDatabase(app: RubyApp, application: string, options: RubyOptions): Promise<RailsDatabase> {
  const key = 'ruby.rails.migrations'
  const gem = databaseGems.find((name) => app.gems.has(name))
  const isLoaded = /require\s+["'](?:rails\/all|active_record\/railtie)["']/.test(application)
  const said = options.migrations === false ? 'hop3.toml [build.ruby] migrations' : undefined
  if (said !== undefined || gem === undefined || !isLoaded) {
    const reason = said === undefined && gem === undefined ? 'no database gem is among the gems' : 'Active Record is not loaded'
    const value = said === undefined ? `not run: ${reason}` : 'not run'
    return { beforeRun: [], decisions: [{ key, value, origin: said ?? app.files?.gemfile ?? 'config/application.rb' }], warnings: [] }
  }
  // It creates what is missing, loads the schema into an empty database, and migrates otherwise.
  const command = (gemVersion(app, 'rails')?.[0] ?? 6) < 6 ? 'bundle exec rails db:migrate' : 'bundle exec rails db:prepare'
  return { beforeRun: [command], decisions: [{ key, value: command, origin: gem }], warnings: await sqliteWarnings(app, gem) }
}

async function sqliteWarnings({ source }: RubyApp, gem: string): Promise<readonly string[]> {
  if (gem !== 'sqlite3') return []
  const lines = ((await source.readText('config/database.yml')) ?? '').split(/\r?\n/)
  const start = lines.findIndex((line) => line.startsWith('production:'))
  const end = lines.findIndex((line, index) => index > start && /^\S/.test(line) && !line.startsWith('#'))
  const line = lines.findIndex((one, index) => start >= 0 && index > start && (end < 0 || index < end) && /^\s+database:/.test(one))
  if (line < 0 || /\bENV\b|:\s*\//.test(lines[line] ?? '')) return []
  const path = '<%= ENV.fetch("HOP3_DATA", "storage") %>/production.sqlite3'
  return [
    `config/database.yml:${line + 1} keeps the SQLite database in the release, and every deploy starts with an empty one: write \`database: ${path}\`, which outlives releases.`,
  ]
}
