#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import * as module from 'node:module'

const [first] = process.argv.slice(2)

// Before anything else is loaded: scripts ask for the version often, and it must cost nothing.
if (first === '--version' || first === '-V') {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
  process.stdout.write(`${version}\n`)
} else {
  module.enableCompileCache()
  // Not a static import: it would be compiled before the cache is on.
  const { runProcess } = await import('./run-process.ts')
  await runProcess()
}
