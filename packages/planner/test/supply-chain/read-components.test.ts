import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packageUrl } from '../../src/supply-chain/component.ts'
import { readComponents } from '../../src/supply-chain/read-components.ts'

const sha512 = Buffer.alloc(64, 1)
const integrity = `sha512-${sha512.toString('base64')}`
const sha256 = '1505bd5d3d116872e7271a6d4e16d81d0c8570876c8de68093a09ac269d8aac0'

const cases: readonly (readonly [file: string, content: string, components: readonly string[]])[] = [
  [
    'package-lock.json',
    JSON.stringify({
      packages: {
        '': { name: 'app', version: '1.0.0' },
        'node_modules/@types/node': { version: '24.1.0', integrity },
        'node_modules/a/node_modules/b': { version: '2.0.0' },
        'node_modules/alias': { name: 'real', version: '3.0.0' },
        'node_modules/web': { link: true, resolved: 'packages/web' },
        'packages/web': { version: '0.0.0' },
      },
    }),
    ['pkg:npm/%40types/node@24.1.0', 'pkg:npm/b@2.0.0', 'pkg:npm/real@3.0.0'],
  ],
  [
    'pnpm-lock.yaml',
    "lockfileVersion: '9.0'\n\npackages:\n\n  '@hono/node-server@1.19.19':\n    resolution: {integrity: sha512-AQ==}\n\n  hono@4.13.19:\n    resolution: {integrity: sha512-AQ==}\n\nsnapshots:\n\n  other@1.0.0: {}\n",
    ['pkg:npm/%40hono/node-server@1.19.19', 'pkg:npm/hono@4.13.19'],
  ],
  [
    'yarn.lock',
    '# yarn lockfile v1\n\n\n"@a/b@^1.0.0", "@a/b@^1.1.0":\n  version "1.2.0"\n  resolved "https://example.org/b.tgz"\n  integrity sha512-AQ==\n\nc@*:\n  version "2.0.0"\n',
    ['pkg:npm/%40a/b@1.2.0', 'pkg:npm/c@2.0.0'],
  ],
  [
    'yarn.lock',
    '__metadata:\n  version: 8\n\n"@a/b@npm:^1.0.0":\n  version: 1.2.0\n  resolution: "@a/b@npm:1.2.0"\n  checksum: 10c0/00\n\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n',
    ['pkg:npm/%40a/b@1.2.0'],
  ],
  [
    'bun.lock',
    '{\n  "lockfileVersion": 1,\n  "packages": {\n    "hono": ["hono@4.13.19", "", {}, "sha512-AQ=="],\n\n    "web": ["web@workspace:packages/web"],\n  }\n}\n',
    ['pkg:npm/hono@4.13.19'],
  ],
  [
    'deno.lock',
    JSON.stringify({ version: '5', npm: { 'hono@4.13.19': { integrity }, '@a/b@1.0.0_c@2.0.0': {} } }),
    ['pkg:npm/%40a/b@1.0.0', 'pkg:npm/hono@4.13.19'],
  ],
  [
    'uv.lock',
    'version = 1\n[[package]]\nname = "app"\nversion = "0.1.0"\nsource = { virtual = "." }\n[[package]]\nname = "Flask_Login"\nversion = "3.1.0"\nsource = { registry = "https://pypi.org/simple" }\n',
    ['pkg:pypi/flask-login@3.1.0'],
  ],
  ['poetry.lock', '[[package]]\nname = "flask"\nversion = "3.1.0"\n', ['pkg:pypi/flask@3.1.0']],
  [
    'requirements.txt',
    '# by hand\nFlask==3.1.0\nuvicorn[standard] == 0.35.0 ; python_version > "3.8"\nrequests>=2\nclick==8.*\nhashed==1.0 \\\n  --hash=sha256:00\n-e .\n',
    ['pkg:pypi/flask@3.1.0', 'pkg:pypi/hashed@1.0', 'pkg:pypi/uvicorn@0.35.0'],
  ],
  [
    'go.mod',
    'module example.org/app\n\ngo 1.26\n\nrequire github.com/a/b v1.0.0\n\nrequire (\n\tgithub.com/Masterminds/c/v2 v2.0.0 // indirect\n)\n',
    ['pkg:golang/github.com/a/b@v1.0.0', 'pkg:golang/github.com/masterminds/c/v2@v2.0.0'],
  ],
  [
    'Cargo.lock',
    `version = 4\n[[package]]\nname = "app"\nversion = "0.1.0"\n[[package]]\nname = "zmij"\nversion = "1.0.23"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${sha256}"\n`,
    ['pkg:cargo/zmij@1.0.23'],
  ],
  [
    'Gemfile.lock',
    'PATH\n  remote: .\n  specs:\n    own (1.0)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.18.0-x86_64-linux-gnu)\n      racc (~> 1.4)\n    rack (3.1.8)\n\nPLATFORMS\n  ruby\n',
    ['pkg:gem/nokogiri@1.18.0', 'pkg:gem/rack@3.1.8'],
  ],
  [
    'composer.lock',
    JSON.stringify({ packages: [{ name: 'Slim/slim', version: '4.14.0' }], 'packages-dev': [{ name: 'a/b', version: '1' }] }),
    ['pkg:composer/slim/slim@4.14.0'],
  ],
  [
    'mix.lock',
    `%{\n  "plug": {:hex, :plug, "1.16.1", "${sha256}", [:mix], [], "hexpm", "${sha256}"},\n  "own": {:git, "https://example.org/own.git", "abc", []},\n}\n`,
    ['pkg:hex/plug@1.16.1'],
  ],
  [
    'gradle.lockfile',
    '# This is a Gradle generated file\norg.slf4j:slf4j-api:2.0.16=compileClasspath,runtimeClasspath\nempty=\n',
    ['pkg:maven/org.slf4j/slf4j-api@2.0.16'],
  ],
  [
    'packages.lock.json',
    JSON.stringify({ version: 1, dependencies: { 'net9.0': { 'Newtonsoft.Json': { type: 'Direct', resolved: '13.0.3' } } } }),
    ['pkg:nuget/Newtonsoft.Json@13.0.3'],
  ],
]

test.each(cases)('the packages of %s', async (file, content, components) => {
  const found = await readComponents(await tree({ [file]: content }))
  expect(found.map(packageUrl)).toEqual(components)
})

test('what is installed speaks before what was asked for', async () => {
  const root = await tree({
    '.venv/lib/python3.11/site-packages/Flask-3.1.0.dist-info/METADATA': '',
    '.venv/lib/python3.11/site-packages/flask/__init__.py': '',
    'uv.lock': '[[package]]\nname = "flask"\nversion = "2.0.0"\n',
    'node_modules/.package-lock.json': JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0', integrity } } }),
    'package-lock.json': JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/dev': { version: '1.0.0' } } }),
  })
  const found = await readComponents(root)
  expect(found.map(packageUrl)).toEqual(['pkg:npm/a@1.0.0', 'pkg:pypi/flask@3.1.0'])
  expect(found[0]?.hashes).toEqual({ 'SHA-512': sha512.toString('hex') })
})

test('where the app was built elsewhere, only what its build could read counts', async () => {
  const root = await tree({
    '.venv/lib/python3.11/site-packages/Flask-3.1.0.dist-info/METADATA': '',
    'uv.lock': '[[package]]\nname = "flask"\nversion = "2.0.0"\n',
    'node_modules/.package-lock.json': JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }),
    'package-lock.json': JSON.stringify({ packages: { 'node_modules/a': { version: '2.0.0' } } }),
    'go.mod': 'module example.org/app\n\nrequire github.com/a/b v1.0.0\n',
  })
  const found = await readComponents(root, new Set(['uv.lock', 'package-lock.json']))
  expect(found.map(packageUrl)).toEqual(['pkg:npm/a@2.0.0', 'pkg:pypi/flask@2.0.0'])
})

test('a lockfile nobody can read has no packages', async () => {
  expect(await readComponents(await tree({ 'package-lock.json': '{', 'Cargo.lock': '= =', 'composer.lock': '[]' }))).toEqual([])
})

async function tree(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'hop3-components-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  return root
}
