/** Apps of Node, Bun and Deno: their manifests are JSON, whose texts are read by patterns again. */
import type { LongText } from '@hop3/testing'
import type { LongApp } from './apps.ts'

const units = (...all: readonly string[]): readonly LongText[] => all.map((unit) => ({ unit }))

const programs = [
  ...units(
    'let port=80;', 'let port=80;\n', 'Deno.listen({', 'Deno.listen({ port: ', 'serve(', 'export default ', 'listen(', '.listen(', '.listen({', 'port:', 'import {\n', 'import { a }\n', "import '", "require('", "require('a' ", 'import a from ',
    'const port ', 'import x from "fs"\n', 'export {\n', 'Deno.serve({',
  ), // prettier-ignore
  ...['import', 'const port', 'const port =', 'port:', 'listen(', '.listen({', "require('a'"].flatMap((opening) =>
    [' ', '\n'].map((unit) => ({ opening, unit, end: 'x"x' })),
  ),
]
const words = [
  ...units(
    'build',
    'eleventy',
    'next ',
    'npm run build && ',
    '--outDir ',
    '-p ',
    'PORT=',
    '--port ',
    'vite build && ',
    'node ',
    'vitepress build ',
    ' && ',
    'tsc',
    '&',
    'tsc && ',
  ),
  { opening: 'remix-serve ', unit: 'build' },
  { opening: 'vitepress build ', unit: '/', end: 'x' },
  { opening: 'vite build --outDir ', unit: '/', end: 'x' },
]

function scripted(dependency: string, script: string, config?: string): LongApp {
  const manifest = `{"name":"shop","dependencies":{"${dependency}":"1"},"scripts":{"${script}":"§"}}`
  const long = config === undefined ? words : units()
  return {
    toolchain: 'node',
    files: {
      'package.json': config === undefined ? manifest : manifest.replace('§', config.split(' ')[1] ?? ''),
      ...(config !== undefined && { [config.split(' ')[0] ?? '']: '' }),
    },
    long: { 'package.json': long, ...(config !== undefined && { [config.split(' ')[0] ?? '']: configs }) },
  }
}

const configs = units(
  'output:{',
  'output: { path: "',
  'outDir:"',
  'outDir : ',
  'distPath:{root:',
  'output\n',
  'fallback: "',
  'ssr : ',
  'target: "',
  'output: "',
  'export default {',
  'adapter(',
)

export const nodeApps: readonly LongApp[] = [
  {
    toolchain: 'node',
    files: {
      'package.json': '{"name":"shop","scripts":{"start":"node server.js"}}',
      'server.js': 'const a = 1\n',
      '.nvmrc': '22\n',
      '.npmrc': 'a=b\n',
    },
    long: { 'server.js': programs },
  },
  {
    toolchain: 'bun',
    files: { 'package.json': '{"name":"shop","scripts":{"start":"bun server.ts"}}', 'server.ts': 'const a = 1\n', 'bun.lock': '' },
    long: { 'server.ts': programs },
  },
  {
    toolchain: 'deno',
    files: { 'deno.json': '{"tasks":{"start":"deno run -A main.ts"}}', 'main.ts': 'const a = 1\n', 'deno.lock': '{}' },
    long: { 'main.ts': programs },
  },
  {
    toolchain: 'deno',
    files: { 'deno.json': '{"workspace":["§"]}', 'main.ts': '' },
    long: { 'deno.json': [{ opening: 'a', unit: '/', end: 'x' }, { unit: '../' }] },
  },
  { toolchain: 'deno', files: { 'deno.json': '{"tasks":{"start":"§"}}', 'main.ts': '' }, long: { 'deno.json': words } },
  scripted('express', 'start'),
  ...['@remix-run/dev', '@11ty/eleventy', 'next', 'vite'].map((name) => scripted(name, 'start')),
  ...['vite', 'next', '@11ty/eleventy', 'parcel', 'vitepress', '@slidev/cli', 'nuxt'].map((name) => scripted(name, 'build')),
  ...[
    'vite vite.config.js vite_build',
    '@farmfe/core farm.config.ts farm',
    'next next.config.js next',
    'astro astro.config.mjs astro',
    '@rsbuild/core rsbuild.config.ts rsbuild',
    '@vue/cli-service vue.config.js vue',
  ].map((one) => {
    const [name = '', file = '', build = ''] = one.split(' ')
    return scripted(name, 'build', `${file} ${build}`)
  }),
  {
    toolchain: 'node',
    files: {
      'package.json': '{"name":"shop","dependencies":{"@angular/core":"1"},"scripts":{"build":"ng build"}}',
      'angular.json':
        '{"projects":{"a":{"projectType":"application","architect":{"build":{"builder":"x:application","options":{"outputPath":"§"}}}}}}',
    },
    long: { 'angular.json': [{ opening: 'a', unit: '/', end: 'x' }] },
  },
  {
    toolchain: 'node',
    files: {
      'package.json': '{"name":"shop","engines":{"node":"§"},"packageManager":"pnpm@9.1.0","scripts":{"start":"node x.js"}}',
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
      'pnpm-workspace.yaml': 'packages:\n  - apps/*\n',
    },
  },
  {
    toolchain: 'node',
    files: {
      'package.json': '{"name":"shop","packageManager":"§","scripts":{"start":"node x.js"}}',
      'yarn.lock': '# yarn lockfile v1\n',
      '.yarnrc.yml': 'a: b\n',
    },
  },
]
