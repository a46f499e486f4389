import { createServer } from 'node:net'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { dockerFailure, findDockerHost } from '../src/docker.ts'
import { sshArguments } from '../src/docker-ssh.ts'

const directory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'hop3-docker-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function writeContext(home: string, name: string, meta: object, certificates?: Readonly<Record<string, string>>): void {
  const id = hash('sha256', name, 'hex')
  const path = join(home, '.docker/contexts/meta', id)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'meta.json'), JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: meta } }))
  if (certificates === undefined) return
  const tls = join(home, '.docker/contexts/tls', id, 'docker')
  mkdirSync(tls, { recursive: true })
  for (const [file, text] of Object.entries(certificates)) writeFileSync(join(tls, file), text)
}

test('DOCKER_HOST is obeyed, and wins over a context', async () => {
  const host = await findDockerHost({ DOCKER_HOST: 'tcp://10.1.2.3:4321', DOCKER_CONTEXT: 'prod', PATH: '/bin' })
  expect(host).toMatchObject({
    address: 'tcp://10.1.2.3:4321',
    origin: 'DOCKER_HOST',
    options: { host: 'http://10.1.2.3', port: 4321, protocol: 'http', socketPath: undefined },
    env: { PATH: '/bin', DOCKER_HOST: 'tcp://10.1.2.3:4321' },
  })
  expect(host.env).not.toHaveProperty('DOCKER_CONTEXT')
})

test.each([
  ['10.1.2.3:2375', { host: 'http://10.1.2.3', port: 2375 }],
  ['tcp://[::1]:2375', { host: 'http://[::1]', port: 2375 }],
  ['tcp://engine', { host: 'http://engine', port: 2375 }],
  ['https://engine', { host: 'https://engine', port: 2376, protocol: 'https' }],
  ['unix:///run/100%/engine.sock', { socketPath: '/run/100%/engine.sock', host: undefined }],
])('%s is an address', async (address, options) => {
  expect((await findDockerHost({ DOCKER_HOST: address })).options).toMatchObject(options)
})

test.each(['unix://', 'npipe:////./pipe/docker_engine', 'ftp://engine', 'tcp://', 'x://y z'])('%s is none', async (address) => {
  await expect(findDockerHost({ DOCKER_HOST: address })).rejects.toMatchObject({
    code: 'environment.docker-host',
    hint: expect.stringContaining('DOCKER_HOST='),
  })
})

test('a context is read from its files, with its certificates', async () => {
  const home = directory()
  writeContext(home, 'prod', { Host: 'tcp://10.0.0.9:2376' }, { 'ca.pem': 'CA', 'cert.pem': 'CERT', 'key.pem': 'KEY' })
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'prod' }))
  const certificates = join(home, '.docker/contexts/tls', hash('sha256', 'prod', 'hex'), 'docker')
  expect(await findDockerHost({ HOME: home })).toMatchObject({
    origin: 'the docker context "prod"',
    options: { protocol: 'https', ca: 'CA', cert: 'CERT', key: 'KEY', port: 2376 },
    env: { DOCKER_HOST: 'tcp://10.0.0.9:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates },
  })
  expect((await findDockerHost({ HOME: home, DOCKER_CONTEXT: 'default' })).address).toMatch(/^unix:/)
  await expect(findDockerHost({ HOME: home, DOCKER_CONTEXT: 'gone' })).rejects.toMatchObject({
    code: 'environment.docker-context',
    message: expect.stringContaining('"gone"'),
  })
})

test('a rootless socket is found where the default one is not', async () => {
  const run = directory()
  const server = createServer().listen(join(run, 'docker.sock'))
  onTestFinished(() => void server.close())
  const host = await findDockerHost({ XDG_RUNTIME_DIR: run, HOME: run })
  expect(['unix:///var/run/docker.sock', `unix://${run}/docker.sock`]).toContain(host.address)
})

test('a host name and a user are never options of ssh', () => {
  expect(sshArguments(new URL('ssh://me@box:2222/run/my.sock'))).toEqual(
    ['-o', 'ConnectTimeout=30', '-T', '-l', 'me', '-p', '2222', '--', 'box', 'docker', '--host', `'unix:///run/my.sock'`, 'system', 'dial-stdio'],
  ) // prettier-ignore
})

/** What answers in place of `ssh`, called as ssh would be. */
function fakeSsh(script: string): string {
  const bin = directory()
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, 'ssh'), 0o755)
  return bin
}

test('a request goes through ssh, and what ssh says is the failure', async () => {
  const answer = `HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nOK`
  const works = fakeSsh(
    `[ "$*" = "-o ConnectTimeout=30 -T -- box docker system dial-stdio" ] || exit 9\nprintf '${answer}'; cat >/dev/null`,
  )
  expect(await get({ DOCKER_HOST: 'ssh://box', PATH: `${works}:/usr/bin:/bin` })).toBe('OK')
  const fails = fakeSsh(`echo 'box: Permission denied (publickey).' >&2; exit 255`)
  const env = { DOCKER_HOST: 'ssh://me@box', PATH: `${fails}:/usr/bin:/bin` }
  const error: unknown = await get(env).catch((thrown: unknown) => thrown)
  expect(dockerFailure(error, await findDockerHost(env))).toMatchObject({
    code: 'environment.docker-unreachable',
    message: expect.stringContaining('Permission denied (publickey)'),
    hint: expect.stringContaining('ssh me@box docker version'),
  })
})

test('what is wrong with a socket is told apart', async () => {
  const run = directory()
  const server = createServer().listen(join(run, 'dead.sock'))
  await new Promise((resolve) => server.once('listening', resolve))
  const failure = async (env: Record<string, string>): Promise<unknown> =>
    dockerFailure(await get(env).catch((thrown: unknown) => thrown), await findDockerHost(env))
  const bin = join(run, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'dockerd'), '')
  expect(await failure({ DOCKER_HOST: `unix://${run}/none.sock`, PATH: bin })).toMatchObject({ code: 'environment.docker-stopped' })
  expect(
    dockerFailure(Object.assign(new Error('no'), { code: 'EACCES', syscall: 'connect' }), await findDockerHost({ HOME: run })),
  ).toMatchObject({
    code: 'environment.docker-permission',
    hint: expect.stringContaining('usermod -aG docker'),
  })
  expect(await failure({ DOCKER_HOST: 'tcp://127.0.0.1:1' })).toMatchObject({
    code: 'environment.docker-unreachable',
    message: expect.stringContaining('nothing listens'),
  })
  server.close()
})

async function get(env: Record<string, string>): Promise<string> {
  const { options, close } = await findDockerHost(env)
  const { socketPath, host, port, agent } = options
  const hostname = host === undefined ? undefined : new URL(host).hostname
  try {
    return await new Promise<string>((resolve, reject) => {
      request(
        { ...(socketPath === undefined ? { hostname, port } : { socketPath }), ...(agent && { agent }), path: '/_ping' },
        (response) => {
          response.setEncoding('utf8').once('data', resolve)
        },
      )
        .once('error', reject)
        .end()
    })
  } finally {
    close()
  }
}
