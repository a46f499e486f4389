/** What a generated file starts as: real manifests of the examples by their names, and the texts below for names no example has. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'

const examples = join(import.meta.dirname, '../../../../examples')
const mostBytes = 8 * 1024

const written: readonly string[] = [
  '{}',
  '[]',
  'null',
  '{"name":"x","scripts":{"start":"node x.js","build":1},"engines":{"node":">=18"},"workspaces":["apps/*"]}',
  '{"packageManager":"pnpm@9.1.0","dependencies":{"next":"*","vite":1,"astro":{}}}',
  '[project]\nname = "x"\nrequires-python = ">=3.11"\ndependencies = ["flask"]\n[project.scripts]\nx = "a:b"\n',
  '[tool.poetry.dependencies]\npython = "^3.11"\n',
  '[package]\nname = "x"\nversion = "1"\n[[bin]]\nname = "y"\n[workspace]\nmembers = ["a", "b/*"]\n',
  '[tools]\nnode = "22"\npython = ["3.12", "3.11"]\n',
  'nodejs 22.1.0\npython 3.12\n',
  '3.12\n',
  'module example.com/x\n\ngo 1.25\n',
  '<project><properties><java.version>21</java.version></properties></project>',
  "plugins { id 'java' }\n",
  "subprojects {\n  apply plugin: 'org.springframework.boot'\n  bootJar { enabled = false }\n}\nallprojects {\n  version '1'\n}\n",
  'distributionUrl=https\\://services.gradle.org/distributions/gradle-7.2-bin.zip\n',
  '<project><profiles><profile><activation><file><exists>${basedir}/x</exists></file></activation><modules><module>a</module></modules></profile></profiles></project>',
  '<Project Sdk="Microsoft.NET.Sdk.Web"><Target Name="A"><Exec WorkingDirectory="$(B)" Command="npm run b" /></Target></Project>',
  'import Config\nconfig :x, X.Endpoint, http: [ip: {0, 0, 0, 0}, port: String.to_integer(System.fetch_env!("X_PORT"))]\n',
  'web: ./bin/x -p $PORT\nworker: env A=1 target/release/y\n',
  '(defproject x "1" :dependencies [[org.clojure/clojure "1.11.1"]] :main x.core)',
  '{:deps {org.clojure/clojure {:mvn/version "1.11.1"}} :aliases {:run {:main-opts ["-m" "x"]}}}',
  'web: python app.py\nrelease: ./migrate\n',
  'site_name: x\ntheme:\n  name: material\nplugins: [search]\n',
  '# comment\n\n-r other.txt\nflask==3.0 ; python_version > "3"\n',
  'from flask import Flask\napp = Flask(__name__)\n',
  'ruby "3.2.1"\ngem "rails", "~> 7.1"\n',
  'lockfileVersion: "9.0"\nimporters:\n  .: {}\n',
]

/** Texts by the base name of their file and by its extension. */
export interface Corpus {
  readonly named: ReadonlyMap<string, readonly string[]>
  readonly all: readonly string[]
  /** What directories list. */
  readonly names: readonly string[]
}

const otherNames = [
  'src',
  'apps',
  'web',
  'Main.csproj',
  'X.CSPROJ',
  'app.jar',
  'PACKAGE.JSON',
  'Gemfile.lock ',
  'ünïcode.py',
  '-rf',
  '$(id)',
]

export function readCorpus(): Corpus {
  const named = new Map<string, string[]>()
  const add = (key: string, text: string): void => void named.set(key, [...(named.get(key) ?? []), text])
  for (const file of filesBelow(examples)) {
    const text = readFileSync(file, 'utf8').slice(0, mostBytes)
    add(basename(file), text)
    add(extname(file), text)
  }
  const names = [...named.keys(), ...otherNames].filter((name) => name !== '' && !name.startsWith('.')).toSorted()
  return { named, names, all: ['', ...written, ...[...named.values()].flat()] }
}

function filesBelow(directory: string): readonly string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return /^(?:\.|node_modules$|vendor$|target$)/.test(entry.name) ? [] : filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}
