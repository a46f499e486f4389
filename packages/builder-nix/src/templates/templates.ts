/** The templates of this package (ADR 008): what each needs to know, and how far it can be reproduced. */
import type { NixOptions } from '../options.ts'
import type { ToolchainFacts } from './facts.ts'
import { javaTemplates } from './java-templates.ts'
import type { LockedFile, LockedPattern } from './locked-files.ts'
import { manifestParts, namedByComposer, namedByGo, namedByNode } from './manifest-parts.ts'
import { namedByList } from './python-list.ts'
import type { ReadText } from './read-text.ts'
import { sriHash } from './sri-hash.ts'
import type { TemplateName } from './template-names.ts'
import { phpExtensions, toolPackage } from './tool-packages.ts'
import { lastPart } from './web-command.ts'

/** How far what a template makes can be made again. */
export type Tier = 1 | 2 | 3

export const tierMeanings: Readonly<Record<Tier, string>> = {
  1: 'nixpkgs builds it',
  2: 'built from source against a lock file',
  3: "somebody's binary, on trust in its hash",
}

export interface Template {
  /** Raised whenever its expression changes what it builds. */
  readonly version: number
  readonly tier: Tier
  /** Keys of `[nix]` it cannot do without. */
  readonly needs: readonly (keyof NixOptions)[]
  /** Keys of `[nix]` that mean something to it, beside those that do to all. */
  readonly takes: readonly (keyof NixOptions)[]
  /** What it shares with others of its kind: a file beside from-plan.nix, a function of the template. */
  readonly frame?: 'jvm'
  /** The toolchain that knows how such an app is built and run. */
  readonly toolchain?: string
  /** Its own part of hop3-plan.json. */
  readonly values: (options: NixOptions, facts: ToolchainFacts, read: ReadText) => Readonly<Record<string, unknown>>
  /** Files that say what is downloaded: its hash is in hop3.lock.json, and becomes the value `hash`. */
  readonly locks?: readonly LockedFile[]
  /** Those of them that lie anywhere in the app. */
  readonly locksAnywhere?: LockedPattern
  /** Names of the derivation that downloads. */
  readonly downloads?: RegExp
  /** The build itself finds out what it needs: its commands count too. */
  readonly isDownloadedByBuilding?: boolean
  /** False where those files ask for nothing: then there is no hash. */
  readonly isDownloading?: (read: ReadText, options: NixOptions) => boolean
}

export const templates: Readonly<Record<TemplateName, Template>> = {
  'nixpkgs-wrapper': {
    version: 1,
    tier: 1,
    needs: ['nixpkgs-package'],
    takes: ['nixpkgs-package'],
    values: (options) => ({ package: options['nixpkgs-package'] }),
  },
  'prebuilt-binary': {
    version: 1,
    tier: 3,
    needs: ['url', 'sha256'],
    takes: ['url', 'sha256', 'binary-name'],
    values: (options) => ({
      url: options.url,
      hash: sriHash(options.sha256 ?? ''),
      binary: options['binary-name'] ?? lastPart(options.url),
    }),
  },
  'prebuilt-archive': {
    version: 2,
    tier: 3,
    needs: ['url', 'sha256'],
    takes: ['url', 'sha256', 'archive'],
    values: (options) => ({ url: options.url, hash: sriHash(options.sha256 ?? ''), archive: archiveKind(options) }),
  },
  'node-prebuilt': {
    version: 1,
    tier: 3,
    needs: [],
    takes: ['node-package'],
    toolchain: 'node',
    values: (options, facts) => ({ node: toolPackage('node', options, facts) }),
  },
  'node-pnpm-install': {
    version: 2,
    tier: 2,
    needs: [],
    takes: ['node-package', 'pnpm-package'],
    toolchain: 'node',
    values: (options, facts) => ({
      node: toolPackage('node', options, facts),
      pnpm: options['pnpm-package'] ?? 'pnpm',
      build: facts.build ?? ['pnpm run --if-present build'],
      outputs: [],
    }),
    locks: [
      { file: 'pnpm-lock.yaml', isOptional: false },
      { file: 'pnpm-workspace.yaml', isOptional: true },
      { file: '.npmrc', isOptional: true },
      { file: 'package.json', isOptional: false, part: manifestParts.node, named: namedByNode },
    ],
    downloads: /-node-modules-[0-9a-f]{12}$/,
    isDownloading: (read) => /^(?:packages|snapshots|importers|dependencies|devDependencies):/m.test(read('pnpm-lock.yaml') ?? ''),
  },
  'python-venv': {
    version: 2,
    tier: 2,
    needs: [],
    takes: ['python-package', 'pip-package'],
    toolchain: 'python',
    values: (options, facts) => {
      const python = toolPackage('python', options, facts)
      // The wheels are those for the Python that pip runs on.
      return { python, pip: options['pip-package'] ?? (python === 'python3' ? 'python3Packages.pip' : `${python}.pkgs.pip`) }
    },
    locks: [{ file: 'requirements.txt', isOptional: false, named: namedByList }],
    downloads: /-wheels-[0-9a-f]{12}$/,
  },
  'go-source': {
    version: 3,
    tier: 2,
    needs: [],
    takes: ['go-package'],
    toolchain: 'go',
    values: (options, facts) => ({ go: toolPackage('go', options, facts) }),
    locks: [
      { file: 'go.mod', isOptional: false, named: namedByGo },
      { file: 'go.sum', isOptional: true },
    ],
    // Of older nixpkgs `-go-modules` with the version before it, of newer ones without.
    downloads: /-go-modules$/,
    isDownloading: (read) => /^\s*require\b/m.test(read('go.mod') ?? ''),
  },
  'php-app': {
    version: 1,
    tier: 2,
    needs: [],
    takes: ['php-version', 'php-extensions', 'needs-composer', 'composer-extra-flags', 'web-root'],
    toolchain: 'php',
    values: (options, facts, read) => {
      const composer = options['needs-composer'] ?? read('composer.json') !== undefined
      return {
        php: toolPackage('php', options, facts),
        extensions: options['php-extensions'] ?? phpExtensions(facts),
        composer,
        flags: options['composer-extra-flags'] ?? [],
        build: facts.build ?? (composer ? ['composer dump-autoload --no-dev --no-interaction --optimize'] : []),
        outputs: [],
      }
    },
    locks: [
      { file: 'composer.json', isOptional: true, part: manifestParts.composer, named: namedByComposer },
      { file: 'composer.lock', isOptional: true },
    ],
    downloads: /-vendor-[0-9a-f]{12}$/,
    isDownloading: (read, options) => options['needs-composer'] !== false && read('composer.json') !== undefined,
  },
  'ruby-bundler': {
    version: 1,
    tier: 2,
    needs: [],
    takes: ['ruby-package'],
    toolchain: 'ruby',
    values: (options, facts) => ({
      ruby: toolPackage('ruby', options, facts),
      without: facts.envVars['BUNDLE_WITHOUT'] ?? 'development:test',
      libraries: [],
      build: facts.build ?? [],
      outputs: [],
    }),
    locks: [
      { file: 'Gemfile', isOptional: false },
      { file: 'Gemfile.lock', isOptional: false },
    ],
    downloads: /-gems-[0-9a-f]{12}$/,
    isDownloading: (read) => /^(?:GEM|GIT)$[^]*?^ {4}\S/m.test(read('Gemfile.lock') ?? ''),
  },
  ...javaTemplates,
}

function archiveKind({ archive, url = '' }: NixOptions): string {
  return archive ?? (/\.zip$/i.test(url) ? 'zip' : 'tar')
}
