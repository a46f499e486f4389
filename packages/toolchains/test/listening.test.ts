import type { Files } from '@hop3/testing'
import { describe, expect, it } from 'vitest'
import { planOf } from './plan-app.ts'

const nothingShows = (warnings: readonly string[]): boolean => warnings.some((one) => one.startsWith('Nothing shows that '))

describe('a program that listens nowhere', () => {
  const bun = (text: string): Files => ({ 'package.json': '{"module":"index.ts","devDependencies":{"@types/bun":"1"}}', 'index.ts': text })
  const node = (text: string): Files => ({ 'package.json': '{"scripts":{"start":"node index.js"}}', 'index.js': text })
  const lein = (text: string): Files => ({ 'project.clj': '(defproject shop "1" :main shop.core)', 'src/shop/core.clj': text })
  const mix = (text: string, dependencies = ''): Files => ({
    'mix.exs': `def project, do: [app: :shop]\ndef application, do: [mod: {Shop.Application, []}]\ndefp deps do\n  [${dependencies}]\nend\n`,
    'mix.lock': '',
    'lib/shop/application.ex': text,
  })
  const crystal = (text: string): Files => ({ 'shard.yml': 'name: shop\ntargets:\n  shop:\n    main: src/shop.cr\n', 'src/shop.cr': text })

  const java = (text: string, more: Files = {}): Files => ({
    'pom.xml': '<project><groupId>com.ex</groupId><artifactId>shop</artifactId><version>1</version></project>',
    'src/main/java/com/ex/App.java': `package com.ex;\n\n${text}\npublic class App {\n  public static void main(String[] args) {}\n}\n`,
    ...more,
  })

  it.each<[language: string, files: Files, isWarned: boolean]>([
    ['node', node("const merge = require('merge')\nmodule.exports = morgan\nmorgan.token('url', geturl)\n"), true],
    ['node', node("const app = require('express')()\nmodule.exports = app\napp.listen(process.env.PORT)\n"), false],
    ['node', node("module.exports = require('./server')\n"), false],
    ['java', java(''), true],
    ['java', java('import java.util.List;'), true],
    ['java', java('import io.javalin.Javalin;'), false],
    ['java', java('import com.sun.net.httpserver.HttpServer;'), false],
    ['java', java('', { 'src/main/java/com/ex/Web.java': 'package com.ex;\n' }), false],
    ['bun', bun('console.log("Hello via Bun!");'), true],
    ['bun', bun('export default { fetch: () => new Response("hello") }'), false],
    ['bun', bun('Bun.serve({ fetch: () => new Response("hello") })'), false],
    ['node', node("const fs = require('node:fs')\nconsole.log(fs.readdirSync('.'))"), true],
    ['node', node("require('http').createServer(() => {}).listen(process.env.PORT)"), false],
    ['node', node("import './server.js'"), false],
    ['node', node("import {\n  start,\n} from 'discord-bot'\nstart()"), false],
    ['clojure', lein('(ns shop.core (:gen-class))\n(defn -main [& args] (println "Hello, World!"))\n'), true],
    ['clojure', lein('(ns shop.core (:require [clojure.string :as str]))\n(defn -main [& args] (println str))\n'), true],
    ['clojure', lein('(ns shop.core (:require [shop.web :as web]))\n(defn -main [& args] (web/start))\n'), false],
    ['clojure', lein('(ns shop.core (:import (com.sun.net.httpserver HttpServer)))\n(defn -main [& args])\n'), false],
    ['elixir', mix('defmodule Shop.Application do\n  use Application\nend\n'), true],
    ['elixir', mix('defmodule Shop.Application do\nend\n', '{:jason, "~> 1.4"}'), true],
    ['elixir', mix('defmodule Shop.Application do\nend\n', '{:bandit, "~> 1.5"}'), false],
    ['elixir', mix('defmodule Shop.Application do\n  :gen_tcp.listen(4000, [])\nend\n'), false],
    ['crystal', crystal('puts "hello"\n'), true],
    ['crystal', crystal('require "./server"\n'), false],
    ['crystal', crystal('require "http/server"\nHTTP::Server.new { }\n'), false],
  ])('of %s, %j, is warned of: %j', async (language, files, isWarned) => {
    const { warnings, startWarnings } = await planOf(language, files)
    expect(nothingShows(warnings)).toBe(isWarned)
    expect(nothingShows(startWarnings ?? [])).toBe(isWarned)
  })
})

describe('a server that reads the words of its command line', () => {
  const go = (main: string, more: Files = {}): Files => ({
    'go.mod': 'module example.com/tool\n\ngo 1.24\n\nrequire github.com/labstack/echo/v4 v4.1.0\n',
    'go.sum': '',
    'main.go': `package main\n\n${main}\n\nfunc main() {}\n`,
    ...more,
  })
  const rust = (main: string, more: Files = {}): Files => ({
    'Cargo.toml': '[package]\nname = "tool"\nversion = "1.0.0"\n[dependencies]\naxum = "0.8"\nclap = "4"\n',
    'Cargo.lock': '',
    'src/main.rs': main,
    ...more,
  })
  const node = (files: Files, start = 'node index start'): Files => ({
    'package.json': JSON.stringify({ scripts: { start }, dependencies: { commander: '14', minimist: '1' } }),
    ...files,
  })
  const python = (text: string): Files => ({ 'requirements.txt': 'aiohttp==3.11.0\n', 'main.py': text })

  it.each<[language: string, files: Files, isWarned: boolean]>([
    ['go', go('import "flag"'), true],
    ['go', go('import "flag"\nvar port = os.Getenv("PORT")'), false],
    ['go', go('import "example.com/tool/cmd"', { 'cmd/root.go': 'package cmd\n\nimport "github.com/spf13/cobra"\n' }), true],
    [
      'go',
      go('import "example.com/tool/cmd"', {
        'cmd/root.go': 'package cmd\n\nimport (\n\t"github.com/spf13/cobra"\n\t"example.com/tool/config"\n)\n',
        'config/config.go': 'package config\n\ntype Config struct {\n\tPort string `env:"PORT"`\n}\n',
      }),
      false,
    ],
    ['go', go('import "net/http"'), false],
    ['node', node({ 'index.js': "const at = './lib'\nrequire(at)", 'lib/index.js': "require('commander').command('start')" }), true],
    ['node', node({ 'index.js': "require('commander')\nrequire('./serve')", 'serve.js': 'listen(process.env.PORT)' }), false],
    ['node', node({ 'index.js': "require('commander')\nrequire('nconf').env()" }), false],
    ['node', node({ 'index.js': "require('./serve')", 'serve.js': 'listen(config.port)' }), false],
    ['node', node({ 'index.js': "require('minimist')" }, 'node index start --port $PORT'), false],
    ['rust', rust('use clap::Parser;\nfn main() {}'), true],
    ['rust', rust('mod cli;\nfn main() {}', { 'src/cli/args.rs': '#[arg(long, env = "PORT")]\n' }), false],
    ['rust', rust('mod cli;\nfn main() {}', { 'src/cli.rs': 'Arg::new("port").value_name("PORT")\n' }), true],
    ['python', python('import argparse\nfrom aiohttp import web\nweb.run_app(app, port=args.port)\n'), true],
    ['python', python('import argparse, os\nfrom aiohttp import web\nweb.run_app(app, port=int(os.environ["PORT"]))\n'), false],
  ])('of %s, %j, is warned of: %j', async (language, files, isWarned) => {
    expect(nothingShows((await planOf(language, files)).warnings)).toBe(isWarned)
  })
})

it.each([
  [
    'node server.js --port 3010',
    'package.json:1 says port 3010, wherever it is told to listen, so its health check will fail: write --port $PORT instead.',
  ],
  ['PORT=3000 tsx server.ts', 'remove PORT=3000.'],
  ['react-router-serve -p 3000 build/index.js', 'write -p $PORT instead.'],
])('the start script %j says a port of its own: %j', async (start, said) => {
  expect(await warningsOf(start)).toEqual([expect.stringContaining(said)])
})

it.each(['node server.js --port ${PORT:-3000}', 'node server.js -p $PORT'])('the start script %j says none', async (start) => {
  expect(await warningsOf(start)).toEqual([])
})

async function warningsOf(start: string): Promise<readonly string[]> {
  return (await planOf('node', { 'package.json': JSON.stringify({ scripts: { start } }), 'package-lock.json': '{"lockfileVersion":3}' }))
    .warnings
}
