/** Small apps of every language, each with the files its toolchain looks into, and the openings that once took too long in them. */
import type { LongText } from '@hop3/testing'
import { pythonApps } from './python-apps.ts'
import { siteAndScriptApps } from './site-apps.ts'
import { nodeApps } from './node-apps.ts'

export interface LongApp {
  readonly toolchain: string
  /** Each of them is made long once; where a file says `§`, there. */
  readonly files: Readonly<Record<string, string>>
  readonly options?: unknown
  /** Texts of a file's own, beside those that every file is tried with. */
  readonly long?: Readonly<Record<string, readonly LongText[]>>
  /** Texts as long as a source view hands out. */
  readonly deep?: Readonly<Record<string, readonly LongText[]>>
}

const units = (...all: readonly string[]): readonly LongText[] => all.map((unit) => ({ unit }))
const blanks = (...openings: readonly string[]): readonly LongText[] =>
  openings.flatMap((opening) => [' ', '\n', '\t'].map((unit) => ({ opening, unit, end: 'x"x' })))

const gradle = "plugins {\n  id 'org.springframework.boot' version '3.4.1'\n  id 'application'\n}\n"

export const longApps: readonly LongApp[] = [
  ...siteAndScriptApps,
  ...pythonApps,
  ...nodeApps,
  {
    toolchain: 'java',
    files: { 'build.gradle': gradle, 'settings.gradle': "rootProject.name = 'shop'\n" },
    long: {
      'settings.gradle': [
        ...blanks('include', 'include(', 'include "a"', 'rootProject.name'),
        ...units('include\n', 'include "a",\n', '"a",'),
      ],
      'build.gradle': [
        ...blanks(
          'sourceCompatibility',
          'targetCompatibility =',
          'id',
          'id (',
          'archiveFileName=',
          'version',
          'version =',
          'apply',
          'kotlin (',
          'alias(',
        ),
        ...units('archiveFileName=', 'sourceCompatibility ', 'id ', "id '", 'mainClass', '"a"', "'", "version '", 'apply plugin '),
      ],
    },
    deep: {
      'build.gradle': units('a', '"a"', '/'),
      'settings.gradle': [
        { opening: 'include ', unit: '"a",' },
        { opening: 'include ', unit: '"a"\n' },
      ],
    },
  },
  {
    toolchain: 'java',
    files: {
      'build.gradle': "plugins {\n  id 'application'\n}\n",
      'settings.gradle': 'include "a"\n',
      'a/build.gradle': "plugins { id 'java' }\n",
    },
    long: {
      'build.gradle': [
        ...blanks('mainClass=', 'mainClass.set(', 'applicationName', 'applicationName ='),
        ...units('mainClass=', 'applicationName='),
      ],
    },
  },
  {
    toolchain: 'java',
    files: { 'pom.xml': '<project><modelVersion>4</modelVersion><artifactId>a</artifactId><a>§</a></project>' },
    long: { 'pom.xml': units('<a b="', '<a b="c" ', '&a', '&amp;', '<!', '<![CDATA[', '<?') },
  },
  {
    toolchain: 'java',
    files: {
      'build.sbt': 'name := "shop"\n',
      'project/build.properties': 'sbt.version=1.10.0\n',
      'project/plugins.sbt': 'addSbtPlugin("com.github.sbt" % "sbt-native-packager" % "1.10.0")\n',
    },
  },
  {
    toolchain: 'ruby',
    files: {
      Gemfile: 'source "https://rubygems.org"\nruby "3.3.1"\ngem "rack"\n',
      'Gemfile.lock': 'GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (3.1.8)\n',
      'config.ru': 'run App\n',
      '.ruby-version': '3.3.1\n',
    },
    long: {
      Gemfile: [
        ...units('group:[', 'group :a,[\n', 'gem "a", group: [', 'gem "a",\n', 'do |a', 'path:"', 'source "', 'File "', 'eval_gemfile "/'),
        { opening: 'gem "a", ', unit: 'group: [' },
        { opening: 'gem "a"', unit: ', "b"' },
        { opening: 'eval_gemfile "', unit: '/', end: 'x"' },
        { opening: 'eval_gemfile "', unit: 'a/', end: '*"' },
      ],
      'Gemfile.lock': units('    a (1\n', '  remote: a\n', 'PATH\n', 'RUBY VERSION\n'),
    },
  },
  {
    toolchain: 'ruby',
    files: {
      Gemfile: 'gem "rails"\n',
      'config/application.rb': 'module Shop\nend\n',
      'config/environments/production.rb': 'config.x\n',
      'config/database.yml': 'production:\n  adapter: sqlite3\n',
      'config/boot.rb': '',
      'bin/rails': '#!ruby\n',
      'config.ru': 'run App\n',
    },
  },
  {
    toolchain: 'elixir',
    files: {
      'mix.exs':
        'defmodule Shop.MixProject do\n  def project, do: [app: :shop, elixir: "§", deps: deps()]\n  def application, do: [mod: {Shop, []}]\n  defp deps, do: [{:plug, "~> 1.0"}]\nend\n',
      'lib/shop.ex': 'defmodule Shop do\nend\n',
      'config/config.exs': 'import Config\n',
      'config/runtime.exs': 'import Config\n',
      'elixir_buildpack.config': '',
    },
  },
  {
    toolchain: 'elixir',
    files: {
      'mix.exs':
        'defmodule Shop.MixProject do\n  def project, do: [app: :shop, elixir: "~> 1.14", deps: deps()]\n  defp deps do\n [ § {:plug, "~> 1.0"}]\nend\n',
    },
    long: {
      'mix.exs': [
        ...units('{:a,', '{:a, only: [', 'only:[', '{:a, "1"},', '{:a,{', 'releases: [', 'a.b', '"a'),
        { opening: '{:a, ', unit: 'only:[', end: '}' },
        { opening: '{:a,', unit: '{}' },
      ],
    },
    deep: { 'mix.exs': [{ opening: '{:a,', unit: '{}' }, { opening: '{:a,', unit: '{}', end: '}' }, { unit: '{:a,' }, { unit: '{' }] },
  },
  {
    toolchain: 'elixir',
    files: { 'mix.exs': 'defmodule A do\n  def project, do: [app: :a, releases: [§]]\n', 'mix.lock': '%{}\n' },
  },
  {
    toolchain: 'elixir',
    files: { 'mix.exs': 'defmodule A do\n  def project, do: [app: :a, elixir: "§"]\n', 'mix.lock': '%{}\n' },
    long: {
      'mix.exs': [
        { opening: '~> 1', unit: '.1', end: ' x' },
        { opening: '~> ', unit: ' ', end: '1 x' },
        { opening: '~> 1', unit: '1' },
        { opening: '', unit: ' or ~> 1.1' },
      ],
    },
  },
  {
    toolchain: 'clojure',
    files: {
      'project.clj': '(defproject shop "1" :dependencies [[org.clojure/clojure "1.11.1"]] :target-path "target" :main shop.core)\n',
      'src/shop/core.clj': '(ns shop.core (:gen-class))\n(defn -main [])\n',
    },
    long: {
      'project.clj': units(':password [', ':password ', ':env/', '#_', '[[a "1"]'),
      'src/shop/core.clj': units('(run-jetty ', '(run-jetty :port ', ':port ', '(ns a', '(a/', '(run-server a {'),
    },
  },
  {
    toolchain: 'clojure',
    files: {
      'project.clj': '(defproject shop "1" :dependencies [[org.clojure/clojure "1.11.1"]] :target-path "§" :main shop.core)\n',
      'src/shop/core.clj': '(ns shop.core (:gen-class))\n',
    },
    long: { 'project.clj': [{ unit: '/', end: 'x' }] },
  },
  {
    toolchain: 'clojure',
    files: {
      'deps.edn': '{:deps {org.clojure/clojure {:mvn/version "1.11.1"}} :aliases {:run {:main-opts ["-m" "x"]}}}',
      'build.clj': '(ns build)\n(defn uber [_])\n',
    },
  },
  {
    toolchain: 'dotnet',
    files: {
      'Shop.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>',
      'global.json': '{"sdk":{"version":"8.0.100"}}§',
      'Program.cs': 'app.Run();\n',
      'Directory.Build.props': '<Project></Project>',
      'NuGet.config': '<configuration></configuration>',
      'Shop.sln': '',
    },
    long: {
      'global.json': units('"sdk":{', '"version":"', ' ', '{'),
      'Program.cs': units('Run("http://', 'Run("http://a:80', 'Listen(', 'Run('),
    },
  },
  {
    toolchain: 'dotnet',
    files: {
      'Shop.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>',
      'global.json': '§{}',
    },
    long: { 'global.json': units('"sdk":{', '"sdk" ', '"sdk"\n') },
  },
  {
    toolchain: 'go',
    files: {
      'go.mod': 'module example.com/shop\n\ngo 1.22\n',
      'main.go': 'package main\n\nfunc main() {}\n',
      'go.work': 'go 1.22\nuse .\n',
    },
    long: {
      'go.mod': units('require (\n', 'require a v1\n', 'replace (\n', 'toolchain '),
      'main.go': units('Listen(', 'import (\n', '//go:build ', 'import "C"\n', 'ListenAndServe("'),
      'go.work': units('use (\n', 'use '),
    },
  },
  {
    toolchain: 'rust',
    files: {
      'Cargo.toml': '[package]\nname = "shop"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\nclap = "4"\naxum = "0.8"\n',
      'src/main.rs': 'fn main() {}\n',
      'rust-toolchain': '1.85\n',
    },
    long: { 'src/main.rs': units('bind("', 'bind(&"a:', 'bind(', '"PORT', 'value_name = "PORT" ') },
  },
  {
    toolchain: 'rust',
    files: { 'Cargo.toml': '§[package]\nname = "shop"\nversion = "1.0.0"\nrust-version = "1.80"\n', 'src/main.rs': 'fn main() {}\n' },
  },
]
