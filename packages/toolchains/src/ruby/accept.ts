import type { ToolchainContext, Verdict } from '@hop3/core'
import { otherManifest } from '../manifests.ts'
import { findStart } from './start.ts'
import { readRubyApp } from './ruby-app.ts'

/** Accepts what starts with Ruby; and a Gemfile alone, where no other manifest says what the app is. */
export async function acceptRuby({ source, named, appName }: ToolchainContext): Promise<Verdict> {
  const names = await source.list()
  const manifest = ['Gemfile', 'gems.rb', 'config.ru'].find((name) => names.includes(name))
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: manifest === undefined ? [] : [manifest] }
  if (manifest === undefined && !names.some((name) => name.endsWith('.rb'))) {
    return { accepted: false, reason: 'no Gemfile, gems.rb or config.ru' }
  }
  const app = await readRubyApp(source)
  // In such an app the Gemfile is for a tool: fastlane, CocoaPods, Jekyll.
  const other = otherManifest(names, 'ruby') ?? names.find((name) => name === '_config.yml')
  const start = await findStart(app, { appName, isAlone: manifest !== undefined && other === undefined })
  if (start !== undefined)
    return { accepted: true, reason: `${start.file} starts it`, evidence: [...new Set([manifest ?? start.file, start.file])] }
  if (manifest === undefined) return { accepted: false, reason: 'no Gemfile, gems.rb or config.ru' }
  if (other === undefined) return { accepted: true, reason: `${manifest} lists its gems`, evidence: [manifest] }
  return { accepted: false, reason: `${manifest}, but nothing that Ruby starts: ${other} says what the app is`, evidence: [manifest] }
}
