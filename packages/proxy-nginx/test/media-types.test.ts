import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { proxyStageFor } from '@hop3/testing'
import { expect, test } from 'vitest'
import { nginxProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'

test.skipIf(isSkipped)(`files have the types they have elsewhere, and what has none is bytes${need}`, async () => {
  const { proxy, route, ask, host } = await proxyStageFor(nginxProxy)()
  const types = {
    vtt: 'text/vtt; charset=utf-8',
    json: 'application/json; charset=utf-8',
    html: 'text/html; charset=utf-8',
    flac: 'audio/flac',
    heic: 'image/heic',
    unknown: 'application/octet-stream',
  }
  await mkdir(join(host.directory, 'site'))
  for (const extension of Object.keys(types)) await writeFile(join(host.directory, `site/a.${extension}`), 'x')
  await proxy().apply(await route({ protocol: 'static', upstreams: [{ address: join(host.directory, 'site'), port: null }] }))
  for (const [extension, type] of Object.entries(types)) {
    expect([extension, (await ask({ path: `/a.${extension}` })).headers['content-type']]).toEqual([extension, type])
  }
})
