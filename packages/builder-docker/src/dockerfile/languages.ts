/** What official images there are for a language, and how it gets into an image of another one. Facts of the images' own documentation. */
import type { ReleaseLines } from './image-tag.ts'

export interface Language {
  readonly name: string
  /** Its version in a plan. */
  readonly tool: string
  readonly releases: ReleaseLines
  /** The image that builds. */
  readonly build: (tag: string) => string
  /** Images with one of its programs in addition. */
  readonly buildWith?: Readonly<Record<string, (tag: string) => string>>
  /** The image that runs. */
  readonly run: (tag: string) => string
  /** Programs whose names show that it is used. */
  readonly programs: readonly string[]
  /** What the app needs at run time, where `run` is not an image of the language. */
  readonly runPackages?: readonly string[]
  /** Debian packages the build image has already. */
  readonly has?: readonly string[]
  /** What builds need that the image lacks. */
  readonly buildPackages?: readonly string[]
  /** How it is brought into another image: files to copy and what to do then, or Debian packages. */
  readonly copy?: { readonly paths: readonly string[]; readonly path?: string; readonly afterwards?: readonly string[] }
  readonly packages?: readonly string[]
}

/** What programs and nothing else run in. */
export const plainImage = 'debian:bookworm-slim'

/** In the order in which one of several gives the image: those first that cannot be copied into another one. */
export const languages: readonly Language[] = [
  {
    name: 'dotnet',
    tool: 'dotnet',
    releases: { floating: '8.0', lines: ['8.0', '9.0', '10.0'], precision: 2 },
    build: (tag) => `mcr.microsoft.com/dotnet/sdk:${tag}`,
    run: (tag) => `mcr.microsoft.com/dotnet/aspnet:${tag}`,
    programs: ['dotnet'],
  },
  {
    name: 'php',
    tool: 'php',
    releases: { floating: '8', lines: ['8.4', '8.3', '8.2', '8.1', '8.5', '8.0', '7.4'] },
    build: (tag) => `php:${tag}-cli-bookworm`,
    run: (tag) => `php:${tag}-cli-bookworm`,
    programs: ['php', 'composer', 'frankenphp'],
    // Composer unpacks with it.
    buildPackages: ['unzip'],
    packages: ['php-cli'],
  },
  {
    name: 'ruby',
    tool: 'ruby',
    releases: { floating: '3', lines: ['3.4', '3.3', '3.2', '3.1', '3.0', '4.0', '2.7'] },
    build: (tag) => `ruby:${tag}-slim-bookworm`,
    run: (tag) => `ruby:${tag}-slim-bookworm`,
    programs: ['ruby', 'bundle', 'bundler', 'gem', 'rake', 'rails', 'jekyll'],
    has: ['ruby', 'ruby-full', 'ruby-bundler', 'bundler'],
    buildPackages: ['build-essential', 'git', 'libyaml-dev', 'pkg-config'],
    packages: ['ruby-full', 'bundler'],
  },
  {
    name: 'python',
    tool: 'python',
    releases: { floating: '3', lines: ['3.13', '3.12', '3.11', '3.10', '3.14', '3.9', '3.8'] },
    build: (tag) => `python:${tag}-slim-bookworm`,
    run: (tag) => `python:${tag}-slim-bookworm`,
    programs: ['python', 'python3', 'pip', 'pip3', 'uv', 'uvx', 'poetry', 'pdm', 'pipenv', '.venv/bin/python', '.venv/bin/pip'],
    has: ['python3', 'python3-venv', 'python3-pip', 'python3-minimal'],
    packages: ['python3', 'python3-venv', 'python3-pip', 'python-is-python3'],
  },
  {
    name: 'elixir',
    tool: 'elixir',
    releases: { floating: 'slim', major: 1, lines: ['1.18-slim', '1.17-slim', '1.16-slim', '1.15-slim', '1.14-slim'] },
    build: (tag) => `elixir:${tag.endsWith('slim') ? tag : `${tag}-slim`}`,
    // A release brings Erlang along.
    run: () => plainImage,
    runPackages: ['ca-certificates', 'libncurses6', 'libssl3', 'libstdc++6', 'zlib1g'],
    programs: ['mix', 'elixir', 'iex'],
    buildPackages: ['build-essential', 'git'],
    packages: ['elixir'],
  },
  {
    name: 'clojure',
    tool: 'java',
    releases: { floating: '21', lines: ['21', '25', '17', '11'], precision: 1 },
    build: (tag) => `clojure:temurin-${tag}-lein`,
    run: (tag) => `eclipse-temurin:${tag}-jre`,
    programs: ['lein'],
    packages: ['leiningen'],
  },
  {
    name: 'clojure-cli',
    tool: 'java',
    releases: { floating: '21', lines: ['21', '25', '17', '11'], precision: 1 },
    build: (tag) => `clojure:temurin-${tag}-tools-deps`,
    run: (tag) => `eclipse-temurin:${tag}-jre`,
    programs: ['clojure', 'clj'],
  },
  {
    name: 'java',
    tool: 'java',
    releases: { floating: '21', lines: ['21', '25', '17', '11', '8'], precision: 1 },
    build: (tag) => `eclipse-temurin:${tag}-jdk`,
    buildWith: { mvn: (tag) => `maven:3-eclipse-temurin-${tag}`, gradle: (tag) => `gradle:8-jdk${tag}` },
    run: (tag) => `eclipse-temurin:${tag}-jre`,
    programs: ['java', 'javac', 'mvn', './mvnw', 'gradle', './gradlew', 'sbt'],
    copy: { paths: ['/opt/java/openjdk'], path: '/opt/java/openjdk/bin' },
  },
  {
    name: 'crystal',
    tool: 'crystal',
    releases: { floating: 'latest', major: 1, lines: [] },
    build: (tag) => `crystallang/crystal:${tag}`,
    run: () => plainImage,
    runPackages: ['ca-certificates', 'libevent-2.1-7', 'libgc1', 'libpcre2-8-0', 'libpcre3', 'libssl3', 'libxml2', 'libyaml-0-2', 'zlib1g'],
    programs: ['crystal', 'shards'],
    has: ['crystal', 'shards'],
  },
  {
    name: 'rust',
    tool: 'rust',
    releases: { floating: '1', lines: [] },
    build: (tag) => `rust:${tag}-slim-bookworm`,
    run: () => plainImage,
    runPackages: ['ca-certificates'],
    programs: ['cargo', 'rustc'],
    has: ['rustc', 'cargo'],
    copy: { paths: ['/usr/local/cargo', '/usr/local/rustup'], path: '/usr/local/cargo/bin' },
  },
  {
    name: 'go',
    tool: 'go',
    releases: { floating: '1', lines: [] },
    build: (tag) => `golang:${tag}-bookworm`,
    run: () => plainImage,
    runPackages: ['ca-certificates', 'tzdata'],
    programs: ['go'],
    has: ['golang-go', 'golang', 'gcc', 'libc6-dev', 'git'],
    copy: { paths: ['/usr/local/go'], path: '/usr/local/go/bin' },
  },
  {
    name: 'deno',
    tool: 'deno',
    releases: { floating: 'debian', major: 2, lines: [] },
    build: (tag) => `denoland/deno:${tag}`,
    run: (tag) => `denoland/deno:${tag}`,
    programs: ['deno'],
    copy: { paths: ['/usr/bin/deno'] },
  },
  {
    name: 'bun',
    tool: 'bun',
    releases: { floating: '1', lines: ['1'] },
    build: (tag) => `oven/bun:${tag}-slim`,
    run: (tag) => `oven/bun:${tag}-slim`,
    programs: ['bun', 'bunx'],
    copy: { paths: ['/usr/local/bin/bun'], afterwards: ['ln -sf bun /usr/local/bin/bunx'] },
  },
  {
    name: 'node',
    tool: 'node',
    releases: { floating: '24', lines: ['24', '22', '20', '26', '18', '23', '21', '25', '19', '16', '14'] },
    build: (tag) => `node:${tag}-bookworm-slim`,
    run: (tag) => `node:${tag}-bookworm-slim`,
    programs: ['node', 'npm', 'npx', 'pnpm', 'yarn', 'corepack'],
    copy: {
      paths: ['/usr/local/bin/node', '/usr/local/lib/node_modules'],
      afterwards: [
        'ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
        'ln -sf ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx',
      ],
    },
  },
]
