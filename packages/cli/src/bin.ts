#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import * as module from 'node:module'

const [first] = process.argv.slice(2)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  // Nothing else is loaded: what older ones lack is used everywhere, and the first failure would say something else.
  process.stderr.write(`Hop3 needs Node.js 22.18 or newer; this is ${process.version}, at ${process.execPath}.\n`)
  process.exitCode = 75
} else if (first === '--version' || first === '-V') {
  // Scripts ask for the version often, and it must cost nothing.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
  process.stdout.write(`${version}\n`)
} else {
  module.enableCompileCache()
  // Not a static import: it would be compiled before the cache is on.
  const { runProcess } = await import('./run-process.ts')
  await runProcess()
}
