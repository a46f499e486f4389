import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deployConfigOf } from '../src/deploy-config.ts'
import {
  artifactForm,
  emptyDeployConfig,
  formatArtifact,
  parseArtifact,
  readArtifact,
  writeArtifact,
  type BuildArtifact,
} from '../src/index.ts'

let directory: string
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'hop3-artifact-'))))
afterEach(() => rm(directory, { recursive: true }))

const flask = {
  kind: 'python',
  location: '/srv/blog/source',
  builder: 'local',
  app_name: 'blog',
  built_at: '2026-03-21T10:30:00Z',
  build_id: 'abc123',
  runtime: {
    working_dir: '/srv/blog/source',
    env_vars: { PYTHONUNBUFFERED: '1' },
    path_prepend: ['/srv/blog/venv/bin'],
    workers: { web: 'gunicorn app:app -b 0.0.0.0:$PORT' },
    before_run: ['python manage.py migrate'],
    static_paths: {},
    healthcheck_path: '',
    healthcheck_timeout: 30,
  },
  metadata: {},
}

it('writes what it read, byte for byte, in the seed’s order of keys', async () => {
  const text = `${JSON.stringify(flask, null, 2)}\n`
  const artifact = await parseArtifact(text, 'x')
  expect(artifact.runtime.envVars).toEqual({ PYTHONUNBUFFERED: '1' })
  const keys = Object.keys(JSON.parse(formatArtifact(artifact)))
  expect(keys).toEqual(['kind', 'location', 'builder', 'app_name', 'built_at', 'build_id', 'runtime', 'metadata'])
  expect(JSON.parse(formatArtifact(artifact))).toEqual(flask)
})

it('keeps keys it does not know through reading and writing', async () => {
  const written = { ...flask, later: { a: 1 }, runtime: { ...flask.runtime, memory: '1G' } }
  await writeFile(join(directory, 'a.json'), JSON.stringify(written))
  const artifact = await readArtifact(join(directory, 'a.json'))
  await writeArtifact(join(directory, 'b.json'), artifact)
  expect(JSON.parse(await readFile(join(directory, 'b.json'), 'utf8'))).toEqual(written)
})

it('writes for the owner only and leaves no temporary file', async () => {
  const path = join(directory, 'BUILD_ARTIFACT.json')
  await writeArtifact(path, await parseArtifact(JSON.stringify(flask), 'x'))
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(directory)).toEqual(['BUILD_ARTIFACT.json'])
})

it('freezes what it reads, all the way down', async () => {
  const artifact = await parseArtifact(JSON.stringify(flask), 'x')
  expect(() => Object.assign(artifact.runtime.workers, { web: 'rm' })).toThrow(TypeError)
})

function damagedDeploy(deploy: unknown): string {
  return JSON.stringify({ ...flask, metadata: { deploy } })
}

it('takes what is said about deploying, key by key, and the defaults for the rest', async () => {
  const deploy = { domains: ['_', 'WWW.example.com', '*.a.example', 'localhost'], spa: true, later: 1 }
  const artifact = await parseArtifact(JSON.stringify({ ...flask, metadata: { deploy } }), 'x')
  expect(deployConfigOf(artifact)).toEqual({ ...emptyDeployConfig, ...deploy })
  expect(deployConfigOf(await parseArtifact(JSON.stringify(flask), 'x'))).toEqual(emptyDeployConfig)
})

describe('a damaged file', () => {
  it.each([
    ['', 'it is empty'],
    ['{"kind": "py', 'build artifact: it is not JSON from line 1 on.'],
    ['{\n  "kind": "python"\n  "location": "/srv"\n}\n', 'build artifact: it is not JSON from line 3 on.'],
    [`{\n${'"a": 1,\n'.repeat(100_000)}x\n}`, 'build artifact: it is not JSON from line 100002 on.'],
    ['null', 'it holds null'],
    ['[]', 'it holds a list'],
    ['{"kind": "python"}', 'location'],
    [JSON.stringify({ ...flask, kind: 7 }), 'kind'],
    [JSON.stringify({ ...flask, runtime: 'x' }), 'runtime is a string'],
    [JSON.stringify({ ...flask, runtime: { ...flask.runtime, env_vars: { A: 1 } } }), 'runtime.env_vars.A'],
    [JSON.stringify({ ...flask, runtime: { ...flask.runtime, healthcheck_timeout: -1 } }), 'runtime.healthcheck_timeout'],
    [damagedDeploy('x'), 'metadata.deploy: '],
    [damagedDeploy({ stopTimeout: '10' }), 'metadata.deploy.stopTimeout: '],
    [damagedDeploy({ stopTimeout: 0 }), 'metadata.deploy.stopTimeout: '],
    [damagedDeploy({ domains: ['a.example', 'b.example; proxy_pass http://evil'] }), 'metadata.deploy.domains.1: must be a host name'],
    [damagedDeploy({ domains: ['a.example\n'] }), 'metadata.deploy.domains.0'],
    [damagedDeploy({ domains: [''] }), 'metadata.deploy.domains.0'],
    [damagedDeploy({ ports: [{ number: 70_000, protocol: 'tcp', name: 'x', origin: 'x' }] }), 'metadata.deploy.ports.0.number'],
    [damagedDeploy({ scale: { web: -1 } }), 'metadata.deploy.scale.web'],
    [damagedDeploy({ spa: 'no' }), 'metadata.deploy.spa'],
    [damagedDeploy({ options: [] }), 'metadata.deploy.options'],
    [`"${'x'.repeat(9_000_000)}"`, 'larger than'],
  ])('%.40s is refused, naming file and field', async (text, reason) => {
    await expect(parseArtifact(text, '/srv/BUILD_ARTIFACT.json')).rejects.toThrow(
      expect.objectContaining({ code: 'artifact.damaged', message: expect.stringContaining(reason) }),
    )
    await expect(parseArtifact(text, '/srv/BUILD_ARTIFACT.json')).rejects.toThrow('/srv/BUILD_ARTIFACT.json')
  })

  it('that is not there has a code of its own', async () => {
    await expect(readArtifact(join(directory, 'none.json'))).rejects.toThrow(expect.objectContaining({ code: 'artifact.missing' }))
  })
})

describe('artifactForm', () => {
  const make = (kind: string, workers: Record<string, string>): Promise<BuildArtifact> =>
    parseArtifact(JSON.stringify({ ...flask, kind, runtime: { ...flask.runtime, workers } }), 'x')
  it.each([
    ['docker-image', { web: 'x' }, 'image'],
    ['static', {}, 'site'],
    ['static', { static: '/srv' }, 'site'],
    ['node', { static: '/srv/dist' }, 'site'],
    ['node', { static: '/srv/dist', web: 'node .' }, 'process'],
    ['buildpack', { web: 'x' }, 'process'],
    ['nix-closure', { web: 'x' }, 'process'],
    ['nix', {}, 'process'],
  ])('%s with %j is a %s-form artifact', async (kind, workers, form) => {
    expect(artifactForm(await make(kind, workers))).toBe(form)
  })
})
