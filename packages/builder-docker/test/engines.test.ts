import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildStage } from './build-stage.ts'
import { lacksEngine } from './engine-fixture.ts'

const app = { Dockerfile: 'FROM debian:bookworm-slim\nCOPY a.txt /\nCMD ["x"]\n', 'a.txt': 'a' }

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'hop3-engine-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The machine's engine, behind another kind of address. */
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function toEngine(socket: Socket): void {
  const engine = connect('/var/run/docker.sock')
  socket.pipe(engine).pipe(socket)
  for (const [one, other] of [
    [socket, engine],
    [engine, socket],
  ] as const)
    one.on('error', () => other.destroy())
}

describe.skipIf(lacksEngine())('an engine', { timeout: 60_000 }, () => {
  test('is reached by TCP', async () => {
    const port = await listen(createServer(toEngine))
    const stage = await buildStage(app)
    const artifact = await stage.build({ env: { ...stage.context.env, DOCKER_HOST: `tcp://127.0.0.1:${port}` } })
    expect(artifact.location).toMatch(/^sha256:/)
  })

  test('is reached by TLS with a certificate of ours, and not trusted with one of somebody else', async () => {
    const certificates = directory()
    const make = (name: string, ...more: readonly string[]): unknown =>
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(certificates, `${name}key.pem`), '-out', join(certificates, `${name}cert.pem`), ...more], { stdio: 'ignore' }) // prettier-ignore
    make('server')
    make('')
    const read = (name: string): string => readFileSync(join(certificates, name), 'utf8')
    writeFileSync(join(certificates, 'ca.pem'), read('servercert.pem'))
    const settings = {
      key: read('serverkey.pem'),
      cert: read('servercert.pem'),
      ca: read('cert.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    }
    const port = await listen(createTlsServer(settings, toEngine))
    const stage = await buildStage(app)
    const env = { ...stage.context.env, DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates }
    expect((await stage.build({ env })).location).toMatch(/^sha256:/)
    writeFileSync(join(certificates, 'ca.pem'), read('cert.pem'))
    await expect(stage.build({ env })).rejects.toMatchObject({
      code: 'environment.docker-unreachable',
      message: expect.stringContaining('Cannot trust'),
      hint: expect.stringContaining('DOCKER_CERT_PATH'),
    })
  })

  test('is reached through the ssh of the user', async () => {
    const bin = directory()
    writeFileSync(join(bin, 'ssh'), '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nunset DOCKER_HOST\nexec "$@"\n')
    chmodSync(join(bin, 'ssh'), 0o755)
    const stage = await buildStage(app)
    const env = { ...stage.context.env, DOCKER_HOST: 'ssh://builder@far.example', PATH: `${bin}:${stage.context.env['PATH']}` }
    expect((await stage.build({ env })).location).toMatch(/^sha256:/)
  })

  test('that is not there is told apart from one that does not run', async () => {
    const stage = await buildStage(app)
    const bin = directory()
    writeFileSync(join(bin, 'dockerd'), '')
    const env = { ...stage.context.env, DOCKER_HOST: `unix://${bin}/docker.sock`, PATH: bin }
    await expect(stage.build({ env })).rejects.toMatchObject({
      code: 'environment.docker-stopped',
      hint: expect.stringContaining('systemctl start docker'),
    })
  })
})

test('looking at an app loads neither dockerode nor gRPC', async () => {
  const { context } = await buildStage({ 'index.html': '' })
  const script = `
    const { dockerBuilder } = await import(process.argv[1])
    await dockerBuilder.create({ ...JSON.parse(process.argv[2]), toolchains: [], secret: () => undefined, signal: new AbortController().signal }).accept()
    const { createRequire } = await import('node:module')
    console.log(JSON.stringify(Object.keys(createRequire(process.argv[1]).cache)))`
  const { appName, sourcePath, config, release, cachePath, env } = context
  const given = JSON.stringify({ appName, sourcePath, config, release, cachePath, env })
  const index = new URL('../src/index.ts', import.meta.url).href
  const loaded = execFileSync(process.execPath, ['--conditions=@hop3/source', '--input-type=module', '-e', script, index, given], {
    encoding: 'utf8',
  })
  expect(loaded).not.toMatch(/dockerode|grpc|protobufjs|tar-stream/)
})
