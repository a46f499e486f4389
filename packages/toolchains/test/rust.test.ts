import { testToolchain } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const main = 'fn main() {}\n'
const manifest = (text = '', name = 'shop'): string => `[package]\nname = "${name}"\nversion = "0.1.0"\n${text}`
const single = { 'Cargo.toml': manifest(), 'Cargo.lock': 'version = 4\n', 'src/main.rs': main }

testToolchain({
  factory: toolchainNamed('rust'),
  accepts: single,
  rejects: { 'Cargo.toml': `${manifest()}[lib]\ncrate-type = ["cdylib"]\n`, 'src/lib.rs': '' },
  contradicts: { 'Cargo.toml': manifest(), 'src/bin/one.rs': main, 'src/bin/two.rs': main },
})

test('a package is fetched by its manifest and built into bin', async () => {
  const { phases, processes, exclude } = await planOf('rust', single)
  expect(phases['install']).toEqual({
    cmds: [
      'for file in src/main.rs; do test -e "$file" || { mkdir -p "$(dirname "$file")" && touch "$file"; }; done',
      'cargo fetch --locked',
      'mkdir -p .hop3-tools && touch .hop3-tools/crates',
    ],
    onlyIncludeFiles: ['Cargo.toml', 'Cargo.lock'],
    cacheDirectories: ['~/.cargo/registry', '~/.cargo/git'],
    outputs: ['.hop3-tools/crates'],
  })
  expect(phases['build']).toEqual({
    cmds: [
      'rm -rf target/release/.fingerprint/shop-????????????????',
      'cargo build --release --locked --package=shop --bin=shop',
      'mkdir -p bin && cp target/release/shop bin/',
    ],
    variables: { CARGO_TARGET_DIR: 'target' },
    cacheDirectories: ['~/.cargo/registry', '~/.cargo/git', 'target'],
    outputs: ['bin/shop'],
  })
  expect(processes).toEqual({ web: 'bin/shop' })
  expect(exclude).toEqual(['/target', '/.hop3-tools'])
})

test.each([
  [
    'index.html is for Trunk',
    { 'Cargo.toml': manifest('[dependencies]\nyew = "0.21"\n'), 'index.html': '<link data-trunk rel="css" href="a.css" />\n' },
  ],
  ['Trunk.toml is for Trunk', { 'Cargo.toml': manifest(), 'Trunk.toml': '' }],
  ['Cargo.toml:4 is for cargo-leptos', { 'Cargo.toml': manifest('[package.metadata.leptos]\nsite-root = "target/site"\n') }],
])('a program for browsers is warned of: %s', async (words, files) => {
  const { startWarnings } = await planOf('rust', { ...single, ...files })
  expect(startWarnings).toEqual([expect.stringMatching(new RegExp(`^${words}.*\\bshop\\b`))])
})

test('an address written as numbers is a port of its own', async () => {
  const text = 'fn main() { warp::serve(hello).run(([127, 0, 0, 1], 3030)); }\n'
  const { warnings } = await planOf('rust', { ...single, 'Cargo.toml': manifest('[dependencies]\nwarp = "0.3"\n'), 'src/main.rs': text })
  expect(warnings).toEqual([expect.stringContaining('src/main.rs:1 listens on port 3030')])
})

describe('which binary', () => {
  test.each([
    ['src/main.rs beside a library', { 'Cargo.toml': manifest(), 'src/main.rs': main, 'src/lib.rs': '' }, 'shop'],
    ['the only one of src/bin', { 'Cargo.toml': manifest(), 'src/bin/serve.rs': main }, 'serve'],
    ['a directory of src/bin', { 'Cargo.toml': manifest(), 'src/bin/serve/main.rs': main, 'src/bin/mod/part.rs': '' }, 'serve'],
    ['a declared one', { 'Cargo.toml': manifest('[[bin]]\nname = "serve"\npath = "src/main.rs"\n'), 'src/main.rs': main }, 'serve'],
    [
      'only declared ones',
      { 'Cargo.toml': manifest('autobins = false\n[[bin]]\nname = "serve"\n'), 'src/bin/serve.rs': main, 'src/bin/x.rs': main },
      'serve',
    ],
    ['default-run', { 'Cargo.toml': manifest('default-run = "serve"\n'), 'src/main.rs': main, 'src/bin/serve.rs': main }, 'serve'],
    ['the one named like the app', { 'Cargo.toml': manifest(), 'src/main.rs': main, 'src/bin/seed.rs': main }, 'shop'],
    ['the one that says it serves', { 'Cargo.toml': manifest('', 'x'), 'src/bin/server.rs': main, 'src/bin/seed.rs': main }, 'server'],
  ])('%s', async (_what, files, binary) => {
    expect((await planOf('rust', files)).processes).toEqual({ web: `bin/${binary}` })
  })

  const two = { 'Cargo.toml': manifest('', 'x'), 'src/bin/one.rs': main, 'src/bin/two.rs': main }

  test('an option decides, and further ones become processes', async () => {
    const { processes, phases } = await planOf('rust', two, { options: { bin: 'two', bins: ['one'], features: ['tls'] } })
    expect(processes).toEqual({ web: 'bin/two', one: 'bin/one' })
    expect(phases['build']?.cmds?.slice(1)).toEqual([
      'cargo build --release --package=x --bin=two --bin=one --features=tls',
      'mkdir -p bin && cp target/release/two target/release/one bin/',
    ])
  })

  test('what the Procfile calls is built, and lies where it is looked for', async () => {
    const Procfile = 'web: bin/proxy ./target/release/two --http\nworker: target/release/one\nrelease: ./bin/three up\n'
    const { processes, phases, decisions } = await planOf('rust', { ...two, 'src/bin/three.rs': main, 'src/bin/four.rs': main, Procfile })
    expect(processes).toEqual({ web: 'bin/two' })
    expect(decisions).toContainEqual({ key: 'rust.bin', value: 'two', origin: 'Procfile:1' })
    const kept = '.hop3-tools/target'
    expect(phases['build']).toMatchObject({
      cmds: [
        `rm -rf ${kept}/release/.fingerprint/x-????????????????`,
        'cargo build --release --package=x --bin=two --bin=one --bin=three',
        `mkdir -p bin && cp ${kept}/release/two ${kept}/release/one ${kept}/release/three bin/`,
        'mkdir -p target/release && cp bin/two target/release/',
        'mkdir -p target/release && cp bin/one target/release/',
      ],
      variables: { CARGO_TARGET_DIR: kept },
      cacheDirectories: ['~/.cargo/registry', '~/.cargo/git', kept],
      outputs: ['bin/two', 'bin/one', 'bin/three', 'target/release/two', 'target/release/one'],
    })
  })

  test('an option goes before the Procfile', async () => {
    const files = { ...two, Procfile: 'web: target/release/two\n' }
    expect((await planOf('rust', files, { options: { bin: 'one' } })).processes).toEqual({ web: 'bin/one' })
  })

  test.each([
    [{}, 'config.rust.several-binaries', 'one (src/bin/one.rs), two (src/bin/two.rs)', '[build.rust]\nbin = "one"'],
    [{ bin: 'three' }, 'config.rust.binary', '"three"', 'one, two'],
    [{ package: 'y' }, 'config.rust.no-binary', 'the package "y"', 'src/main.rs'],
  ])('%j is an error that lists them', async (options, code, said, hint) => {
    const error = planOf('rust', two, { options })
    await expect(error).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) })
    await expect(error).rejects.toThrow(said)
  })
})

describe('a workspace', () => {
  const workspace = (text = ''): Record<string, string> => ({
    'Cargo.toml': `[workspace]\nmembers = ["crates/*", "tools/seed"]\nexclude = ["crates/old"]\n${text}`,
    'Cargo.lock': '',
    'crates/api/Cargo.toml': manifest('[dependencies]\nmodel = { path = "../model" }\nextra = { path = "../../extra" }\n', 'api'),
    'crates/api/src/main.rs': main,
    'crates/model/Cargo.toml': manifest('[lib]\npath = "src/model.rs"\n[[bench]]\nname = "speed"\n', 'model'),
    'crates/model/src/model.rs': '',
    'crates/model/benches/speed.rs': '',
    'crates/notes.txt': '',
    'crates/old/Cargo.toml': manifest('', 'old'),
    'extra/Cargo.toml': manifest('', 'extra'),
    'extra/src/lib.rs': '',
    'tools/seed/Cargo.toml': manifest('', 'seed'),
    'tools/seed/src/main.rs': main,
  })

  test('serves the binary of its default member, and fetches by all manifests', async () => {
    const { phases, processes } = await planOf('rust', workspace('default-members = ["crates/api"]\n'))
    expect(processes).toEqual({ web: 'bin/api' })
    expect(phases['install']?.onlyIncludeFiles).toEqual([
      'Cargo.toml',
      'crates/api/Cargo.toml',
      'crates/model/Cargo.toml',
      'tools/seed/Cargo.toml',
      'extra/Cargo.toml',
      'Cargo.lock',
    ])
    const stubs = 'crates/api/src/main.rs crates/model/benches/speed.rs crates/model/src/model.rs tools/seed/src/main.rs extra/src/lib.rs'
    expect(phases['install']?.cmds?.[0]).toContain(`for file in ${stubs}; do`)
    expect(phases['build']?.cmds?.[1]).toBe('cargo build --release --locked --package=api --bin=api')
  })

  test('with binaries in several members takes the one that says it serves, and says so', async () => {
    const { processes, warnings } = await planOf('rust', workspace())
    expect(processes).toEqual({ web: 'bin/api' })
    expect(warnings).toEqual(['The binary api is built, not seed: [build.rust] bin = "…" decides.'])
  })

  test('has an app in one member', async () => {
    expect((await planOf('rust', workspace(), { options: { package: 'seed' } })).processes).toEqual({ web: 'bin/seed' })
    const member = await planOf('rust', workspace(), { root: 'tools/seed' })
    expect(member.phases['build']).toMatchObject({
      outputs: ['tools/seed/bin/seed'],
      cacheDirectories: expect.arrayContaining(['tools/seed/target']),
    })
  })
})

describe('the version', () => {
  test.each([
    ['rust-toolchain.toml', { 'rust-toolchain.toml': '[toolchain]\nchannel = "1.84.1"\n' }, '1.84.1', 'rust-toolchain.toml:2'],
    ['rust-toolchain', { 'rust-toolchain': '1.84\n' }, '1.84', 'rust-toolchain'],
    ['a nightly', { 'rust-toolchain': 'nightly-2025-01-01-x86_64-unknown-linux-gnu\n' }, 'nightly-2025-01-01', 'rust-toolchain'],
    ['.tool-versions', { '.tool-versions': 'rust 1.85.0\n' }, '1.85.0', '.tool-versions:1'],
    ['rust-version', { 'Cargo.toml': manifest('rust-version = "1.80"\nedition = "2021"\n') }, '>=1.80', 'Cargo.toml:4'],
    ['the edition', { 'Cargo.toml': manifest('edition = "2024"\n') }, '>=1.85', 'Cargo.toml:4'],
    ['the newest', { 'rust-toolchain': 'stable', 'Cargo.toml': manifest('edition = "2024"\n') }, '>=1.85', 'Cargo.toml:4'],
    [
      'the workspace',
      { 'Cargo.toml': `${manifest('rust-version.workspace = true\n')}[workspace.package]\nrust-version = "1.81"\n` },
      '>=1.81',
      'Cargo.toml:6',
    ],
  ])('of %s', async (_what, files, version, origin) => {
    expect((await planOf('rust', { ...single, ...files })).versions).toEqual({ rust: { version, origin: expect.stringContaining(origin) } })
  })

  test('older than the manifest allows is an error', async () => {
    const files = { ...single, 'Cargo.toml': manifest('rust-version = "1.85"\n'), 'rust-toolchain': '1.80' }
    await expect(planOf('rust', files)).rejects.toMatchObject({
      code: 'config.rust.version-conflict',
      message: 'rust-toolchain asks for rust "1.80", but Cargo.toml:4 allows only ">=1.85".',
    })
  })

  test('that is none is an error', async () => {
    await expect(planOf('rust', { ...single, 'rust-toolchain': 'newest' })).rejects.toMatchObject({ code: 'config.rust.version' })
  })
})

test('libraries of the system are known by the exact crate, and not asked for when the crate brings them', async () => {
  const lock = (...names: string[]): Record<string, string> => ({
    ...single,
    'Cargo.lock': names.map((name) => `[[package]]\nname = "${name}"\n`).join('\n'),
  })
  expect((await planOf('rust', lock('openssl-sys'))).phases['setup']).toEqual({ cmds: [], aptPkgs: ['libssl-dev', 'pkg-config'] })
  for (const names of [['openssl-sys', 'openssl-src'], ['openssl-sys-extras']])
    expect((await planOf('rust', lock(...names))).phases['setup']).toBeUndefined()
})

test('a target of .cargo/config.toml moves what is built, and Rocket is told its port', async () => {
  const files = {
    ...single,
    'Cargo.toml': manifest('[dependencies]\nrocket = "0.5"\n'),
    '.cargo/config.toml': '[build]\ntarget = "x86_64-unknown-linux-musl"\n',
  }
  const { phases, processes } = await planOf('rust', files)
  expect(phases['build']?.cmds?.at(-1)).toBe('mkdir -p bin && cp target/x86_64-unknown-linux-musl/release/shop bin/')
  expect(phases['install']?.onlyIncludeFiles).toContain('.cargo/config.toml')
  expect(processes).toEqual({ web: 'ROCKET_ADDRESS=$BIND_ADDRESS ROCKET_PORT=$PORT bin/shop' })
})

test('without Cargo.lock nothing is fetched beforehand, and it is warned of', async () => {
  const { phases, warnings } = await planOf('rust', { 'Cargo.toml': manifest('[dependencies]\naxum = "0.8"\n'), 'src/main.rs': main })
  expect(Object.keys(phases)).toEqual(['build'])
  expect(warnings).toEqual([expect.stringContaining('cargo generate-lockfile')])
})

test('a library is refused with the reason', async () => {
  expect(await verdictOf('rust', { 'Cargo.toml': manifest(), 'src/lib.rs': '' })).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('no binary'),
  })
})

test('a port that no variable changes is warned of, with the line', async () => {
  const listen = (address: string): Record<string, string> => ({
    ...single,
    'src/main.rs': `fn main() {\n    TcpListener::bind(${address});\n}\n`,
  })
  expect((await planOf('rust', listen('"0.0.0.0:3000"'))).warnings).toEqual([
    expect.stringMatching(/^src\/main\.rs:2 listens on port 3000, .*env::var\("PORT"\)/),
  ])
  expect((await planOf('rust', listen('address'))).warnings).toEqual([])
})

test('of several binaries, the only one with a word that says it serves is taken, and announced', async () => {
  const files = { 'Cargo.toml': manifest(), 'Cargo.lock': '', 'src/bin/redis-server.rs': 'mod net;', 'src/bin/redis-cli.rs': '' }
  const { processes, warnings } = await planOf('rust', files)
  expect(processes).toEqual({ web: 'bin/redis-server' })
  expect(warnings).toEqual(['The binary redis-server is built, not redis-cli: [build.rust] bin = "…" decides.'])
})
