/** webpack and Rspack build sites, libraries and servers: what their configuration shows decides. */
import type { Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const app = (build: string, rest: Files = {}, more: object = {}): Files => ({
  'package.json': JSON.stringify({
    scripts: { build, start: 'webpack serve --open', ...more },
    devDependencies: { webpack: '5', 'webpack-cli': '6' },
  }),
  ...rest,
})
const page = 'const HtmlWebpackPlugin = require("html-webpack-plugin")\n'
const output = (path: string): string => `module.exports = { output: { filename: '[name].js', clean: true, path: ${path} } }\n`

describe('a build of webpack with a page is a site', () => {
  test.each<[what: string, files: Files, directory: string]>([
    ['in dist', app('webpack --mode production', { 'webpack.config.js': page }), 'dist'],
    [
      'in the directory of its configuration',
      app('webpack', { 'webpack.config.js': page + output("path.resolve(__dirname, 'public', 'assets')") }),
      'public/assets',
    ],
    ['in that of the command', app('webpack --output-path out', { 'webpack.config.js': page }), 'out'],
    [
      'in that of a configuration that others are merged into',
      app('webpack --config config/webpack.prod.js', {
        'config/webpack.prod.js': `const common = require('./webpack.common')\n${page}`,
        'config/webpack.common.js': output("path.join(__dirname, '../build')"),
      }),
      'build',
    ],
    ['whose page lies there already', app('webpack', { 'dist/index.html': '<script src="main.js"></script>' }), 'dist'],
    [
      'that is copied',
      app('webpack', { 'webpack.config.js': 'new CopyPlugin({ patterns: ["public"] })', 'public/index.html': '<p>' }),
      'dist',
    ],
    [
      'built by another script',
      app('npm run build:prod', { 'webpack.config.js': page }, { 'build:prod': 'webpack --mode production' }),
      'dist',
    ],
  ])('%s', async (_what, files, directory) => {
    const { kind, processes, runtime } = await planOf('node', files)
    expect({ kind, processes, spa: runtime.spa }).toEqual({ kind: 'static', processes: { static: directory }, spa: false })
  })

  test('of Rspack, too, and answers every path where the development server does', async () => {
    const { processes, runtime, phases } = await planOf('node', {
      'package.json': JSON.stringify({ scripts: { build: 'rspack build', dev: 'rspack dev' }, devDependencies: { '@rspack/cli': '1' } }),
      'rspack.config.mjs': 'export default { devServer: { historyApiFallback: true }, plugins: [new rspack.HtmlRspackPlugin()] }\n',
    })
    expect({ processes, spa: runtime.spa, outputs: phases['build']?.outputs }).toEqual({
      processes: { static: 'dist' },
      spa: true,
      outputs: ['dist'],
    })
  })
})

describe('a build of webpack is no site', () => {
  test.each<[what: string, files: Files]>([
    ['without a page', app('webpack')],
    ['for Node', app('webpack', { 'webpack.config.js': `${page}module.exports = { target: 'node' }` })],
    ['in a directory that only running it tells', app('webpack', { 'webpack.config.js': page + output('paths.build') })],
    ['outside the app', app('webpack', { 'webpack.config.js': page + output("path.resolve(__dirname, '../static')") })],
    ['that another tool does', app('node build.js', { 'webpack.config.js': page })],
  ])('%s: the start script is used, with a warning', async (_what, files) => {
    const { processes, warnings } = await planOf('node', files)
    expect(processes).toEqual({ web: 'webpack serve --open' })
    expect(warnings.join('\n')).toMatch(/package\.json:1 starts the server that webpack has for development/)
  })

  test('where the author starts a server', async () => {
    const { processes, warnings } = await planOf('node', app('webpack', { 'webpack.config.js': page }, { start: 'node server.js' }))
    expect(processes).toEqual({ web: 'node server.js' })
    expect(warnings.join()).not.toContain('development')
  })
})

test('VuePress writes beside its documents', async () => {
  const files = {
    'package.json': JSON.stringify({ scripts: { 'docs:build': 'vuepress-vite build docs' }, devDependencies: { vuepress: '2' } }),
  }
  expect((await planOf('node', files)).processes).toEqual({ static: 'docs/.vuepress/dist' })
})
