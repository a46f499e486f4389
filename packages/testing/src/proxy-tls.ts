/** HTTPS: a given certificate, or one of the proxy's own authority. Needs `openssl`, which makes the certificates. */
import { execFile } from 'node:child_process'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:http2'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ProxyTls, TlsCertificate } from '@hop3/core'
import { expect, onTestFinished, test } from 'vitest'
import { askingAlong } from './asking-along.ts'
import { proxyContextFor } from './context-for.ts'
import { request } from './http-request.ts'
import type { ProxyStage, StageProxy } from './proxy-stage.ts'
import { serveHttp, startUpstream } from './upstream.ts'
import { actionable, failureOf } from './verdict-checks.ts'
import type { ProgramProxySuite } from './test-program-proxy.ts'

export function registerTlsTests(stage: StageProxy, { factory, certificates }: ProgramProxySuite): void {
  for (const from of certificates) {
    if (from === 'acme') continue
    test(`answers by HTTPS and HTTP/2 with a certificate ${from}, and sends plain requests there`, async () => {
      const { host, route, context: plain } = await stage()
      const certificate: TlsCertificate = from === 'internal' ? { from } : await makeCertificate(host.directory, 'shop.example')
      const tls: ProxyTls = { listen: { address: '127.0.0.1', port: await host.reservePort('tls') }, certificate }
      const proxy = factory.create(await proxyContextFor(host, { listen: plain.listen, tls }))
      const { upstream } = await serveHttp((incoming, response) => response.end(JSON.stringify(incoming.headers)))
      const made = await route({ upstreams: [upstream] })
      expect(await proxy.apply(made)).toBe(`https://shop.localhost:${tls.listen.port}`)
      const { status, protocol, body } = await askSecurely(tls.listen.port, '/a?b')
      expect([status, protocol]).toEqual([200, 'h2'])
      expect(JSON.parse(body)).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-port': String(tls.listen.port) })
      const ask = (port: number): ReturnType<ProxyStage['ask']> => request({ address: '127.0.0.1', port, path: '/a?b' })
      const moved = await ask(plain.listen.port)
      expect([moved.status, moved.headers.location]).toEqual([308, `https://shop.example:${tls.listen.port}/a?b`])
      expect((await ask(made.port)).status).toBe(200)
      expect(await proxy.serves?.('shop', made.release)).toBe(true)
      await proxy.apply({ ...made, maintenance: 'back soon' })
      expect(await askSecurely(tls.listen.port, '/a?b')).toMatchObject({ status: 503, body: 'back soon' })
      expect((await ask(plain.listen.port)).status).toBe(308)
    })
  }

  test('goes from HTTP to HTTPS and back', async () => {
    const { host, route, ask, proxy, context } = await stage()
    const made = await route({ upstreams: [await startUpstream('one')] })
    await proxy().apply(made)
    const certificate = await makeCertificate(host.directory, 'shop.example')
    const tls = { listen: { address: '127.0.0.1', port: await host.reservePort('tls') }, certificate }
    const secure = factory.create(await proxyContextFor(host, { listen: context.listen, tls }))
    const address = await secure.apply(made)
    expect((await ask()).status).toBe(308)
    // It is the one that serves that says where.
    expect(await proxy().url?.(made)).toBe(address)
    const plain = await proxy().apply(made)
    expect(await secure.url?.(made)).toBe(plain)
    expect((await ask()).status).toBe(200)
    await expect(askSecurely(tls.listen.port, '/')).rejects.toThrow(/ECONNREFUSED/)
  })

  test('refuses a key that is missing, another one or everybody’s, never says what it holds, and what served goes on', async () => {
    const { host, route, ask, proxy, context } = await stage()
    const made = await route({ upstreams: [await startUpstream('one')] })
    await proxy().apply(made)
    const good = await makeCertificate(host.directory, 'shop.example')
    const other = await makeCertificate(host.directory, 'other.example')
    const open = await makeCertificate(host.directory, 'open.example')
    await chmod(open.key, 0o644)
    const broken = join(host.directory, 'broken.pem')
    await writeFile(broken, (await readFile(good.key, 'utf8')).slice(0, 200), { mode: 0o600 })
    const listen = { address: '127.0.0.1', port: await host.reservePort('tls') }
    for (const key of [join(host.directory, 'none.pem'), other.key, open.key, broken, host.directory]) {
      const certificate = { ...(key === open.key ? open : good), key }
      const refused = factory.create(await proxyContextFor(host, { listen: context.listen, tls: { listen, certificate } }))
      const refusal = await failureOf(() => refused.apply(made))
      expect(refusal).toMatchObject(actionable(/^deploy\.proxy\.tls$/))
      expect(JSON.stringify([refusal.message, refusal.hint, refusal.details])).not.toMatch(/PRIVATE|[A-Za-z0-9+/]{60}/)
    }
    expect((await ask()).status).toBe(200)
  })

  test('loses no request by HTTPS while the route moves', async () => {
    const { host, route, context } = await stage()
    const certificate = await makeCertificate(host.directory, 'shop.example')
    const tls = { listen: { address: '127.0.0.1', port: await host.reservePort('tls') }, certificate }
    const proxy = factory.create(await proxyContextFor(host, { listen: context.listen, tls }))
    const ends = [await startUpstream('even'), await startUpstream('odd')]
    const move = async (turn: number): Promise<string> =>
      proxy.apply(await route({ release: `r0000${turn + 10}-1f3a9c2e`, upstreams: ends.filter((_, index) => index === turn % 2) }))
    await move(0)
    const ask = async (): ReturnType<ProxyStage['ask']> => ({ ...(await askSecurely(tls.listen.port, '/')), headers: {} })
    const { asked, failures } = await askingAlong(ask, async () => {
      for (let turn = 1; turn <= 3; turn++) await move(turn)
    })
    expect(failures).toEqual([])
    expect(asked).toBeGreaterThan(50)
  })
}

/** A certificate nobody has signed but itself, and its key, which only its owner may read. */
export async function makeCertificate(directory: string, name: string): Promise<Extract<TlsCertificate, { from: 'files' }>> {
  const [certificate, key] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)]
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},DNS:*.localhost`]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  await promisify(execFile)('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', certificate])
  await chmod(key, 0o600)
  return { from: 'files', certificate, key }
}

/** One request by HTTP/2, whoever signed the certificate. One that was refused before it was looked at is sent again, as clients do (RFC 9113, 8.7). */
async function askSecurely(port: number, path: string): ReturnType<typeof askOnce> {
  for (;;) {
    const answer = await askOnce(port, path).catch((error: unknown) => {
      if (error instanceof Error && error.message.includes('REFUSED_STREAM')) return undefined
      throw error
    })
    if (answer !== undefined) return answer
  }
}

async function askOnce(port: number, path: string): Promise<{ readonly status: number; readonly protocol: string; readonly body: string }> {
  const session = connect(`https://127.0.0.1:${port}`, { servername: 'shop.example', rejectUnauthorized: false })
  onTestFinished(() => session.destroy())
  try {
    return await new Promise((resolve, reject) => {
      session.once('error', reject)
      const stream = session.request({ ':path': path, ':authority': `shop.example:${port}` })
      let [status, body] = [0, '']
      stream.once('response', (headers) => (status = headers[':status'] ?? 0))
      stream.on('data', (chunk: Buffer) => (body += chunk.toString()))
      stream.once('error', reject)
      stream.once('end', () => resolve({ status, protocol: session.alpnProtocol ?? '', body }))
    })
  } finally {
    session.destroy()
  }
}
