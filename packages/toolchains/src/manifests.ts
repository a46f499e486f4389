/** The files by which an app of each language is known: one table for every toolchain that asks what else lies beside it. */
import type { Language } from './language.ts'

/** In the order they are named where several are there. */
const manifests: Readonly<Record<string, readonly string[]>> = {
  go: ['go.mod', 'go.work'],
  rust: ['Cargo.toml'],
  java: ['pom.xml', 'build.gradle', 'build.gradle.kts', 'build.sbt'],
  php: ['composer.json'],
  elixir: ['mix.exs'],
  ruby: ['Gemfile', 'gems.rb'],
  node: ['package.json'],
  python: ['requirements.txt', 'pyproject.toml', 'Pipfile', 'manage.py'],
  deno: ['deno.json', 'deno.jsonc'],
  clojure: ['project.clj', 'deps.edn'],
  crystal: ['shard.yml'],
  // Of no toolchain here, and nobody else's app for that.
  dart: ['pubspec.yaml'],
  swift: ['Podfile', 'Package.swift'],
  'c++': ['CMakeLists.txt', 'meson.build'],
  zig: ['build.zig'],
  gleam: ['gleam.toml'],
  haskell: ['stack.yaml', 'cabal.project'],
}

/** The first manifest among `names` that belongs to none of `but`; undefined where there is none. */
export function otherManifest(names: readonly string[], ...but: readonly Language['name'][]): string | undefined {
  const others = Object.entries(manifests).filter(([language]) => !but.includes(language))
  return others.flatMap(([, files]) => files).find((file) => names.includes(file))
}
