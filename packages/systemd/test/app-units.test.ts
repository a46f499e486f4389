import { spawnSync } from 'node:child_process'
import { emptyDeployConfig } from '@hop3/core'
import { describe, expect, it } from 'vitest'
import { healthCheck } from '../src/health-check.ts'
import { appUnits, unitText, type Unit } from '../src/index.ts'
import { lacksSystemd, verified } from './real-systemd.ts'
import { runtime, shop } from './shop.ts'

const unitsOf = (request: Parameters<typeof appUnits>[0]): readonly Unit[] => {
  const { target, beforeRun, workers } = appUnits(request)
  return [target, ...(beforeRun ? [beforeRun] : []), ...workers.flatMap(({ service, timer }) => [service, ...(timer ? [timer] : [])])]
}

describe('the units of an app', () => {
  it('are a service for each instance, a timer for each cron worker, and a target over all', () => {
    expect(unitsOf(shop()).map(({ name }) => name)).toEqual([
      'hop3-shop.target',
      'hop3-shop.before-run.service',
      'hop3-shop.web@1.service',
      'hop3-shop.web@2.service',
      'hop3-shop.worker@1.service',
      'hop3-shop.cron-clean.service',
      'hop3-shop.cron-clean.timer',
    ])
  })

  it('give every instance its own port and socket, after the variables of all', () => {
    const [, second] = appUnits(shop()).workers
    expect(second?.service.sections['Service']).toMatchObject({
      RuntimeDirectory: 'hop3/shop/web.2',
      Restart: 'always',
      TimeoutStartSec: '20s',
      TimeoutStopSec: '30s',
      User: 'daemon',
      WorkingDirectory: runtime.workingDir,
    })
    expect(second?.service.sections['Service']?.['Environment']?.slice(-2)).toEqual([
      '"PORT=8001"',
      '"HOP3_SOCKET=%t/hop3/shop/web.2/web.sock"',
    ])
  })

  it('run nothing again that has run with the deploy', () => {
    const units = unitsOf({ ...shop(), hasRunBefore: true })
    expect(units.map(({ name }) => name)).not.toContain('hop3-shop.before-run.service')
    expect(units.map(unitText).join('')).not.toContain('before-run')
  })

  it('give no instance a port there is not', () => {
    expect(appUnits({ ...shop(), port: 65_534 }).workers).toHaveLength(4)
    for (const port of [65_535, 0, 1.5]) expect(() => appUnits({ ...shop(), port })).toThrow(/cannot have the ports/)
  })

  it('do not wait for a worker nobody has given a port', () => {
    const [, words = ''] = /^\/bin\/sh -c "(.*)" health "\/up"$/s.exec(healthCheck('up')) ?? []
    const script = words.replaceAll('\\n', '\n').replaceAll('\\"', '"').replaceAll('$$', '$').replaceAll('%%', '%')
    const { status, stderr } = spawnSync('sh', ['-c', script, 'health', '/up'], {
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
      timeout: 10_000,
    })
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'The health check needs the PORT of the worker.\n' })
  })

  it('have timers in the time zone of their workers', () => {
    const moments = (baseEnv: Readonly<Record<string, string>>, envVars: Readonly<Record<string, string>> = {}, appEnv = {}) =>
      appUnits(shop({ runtime: { ...runtime, envVars } }, { baseEnv, appEnv })).workers.at(-1)?.timer?.sections['Timer']?.[
        'OnCalendar'
      ]?.[0]
    const [berlin, tokyo] = [{ TZ: 'Europe/Berlin' }, { TZ: 'Asia/Tokyo' }]
    expect(moments(berlin)).toMatch(/:00 Europe\/Berlin$/)
    expect(moments(berlin, tokyo)).toMatch(/:00 Asia\/Tokyo$/)
    expect(moments(berlin, tokyo, { TZ: 'UTC' })).toMatch(/:00 UTC$/)
    expect(moments({ TZ: ':Europe/Berlin' })).toMatch(/:00 Europe\/Berlin$/)
    expect(moments({ TZ: ':/etc/localtime' })).toMatch(/:00$/)
  })

  it('name what the operator set by its file only', () => {
    const text = unitsOf(shop({}, { appEnv: { SECRET: 'sesame' } }))
      .map(unitText)
      .join('\n')
    expect(text).toContain('EnvironmentFile=/etc/hop3/shop.env\n')
    expect(text).not.toContain('sesame')
  })

  it('limit memory as containers of the app are limited', () => {
    const options = { component: { worker: { 'memory-limit': '512Mi' } } }
    const { workers } = appUnits(shop({}, { config: { ...emptyDeployConfig, options } }))
    expect(workers.map(({ service }) => service.sections['Service']?.['MemoryMax'])).toEqual([undefined, undefined, '512M', undefined])
    const wrong = { component: { worker: { 'memory-limit': 'much' } } }
    expect(() => appUnits(shop({}, { config: { ...emptyDeployConfig, options: wrong } }))).toThrow(/not a size/)
  })

  it('hide no place the app has files in', () => {
    const at = (place: string) => {
      const { artifact, context } = shop()
      const moved = { ...shop(), context: { ...context, directories: { ...context.directories, data: place } }, artifact }
      return appUnits(moved).workers[0]?.service.sections['Service']
    }
    expect(at('/srv/data')).toMatchObject({ ProtectHome: 'yes', PrivateTmp: 'yes' })
    expect(at('/home/alice/data')).toMatchObject({ ProtectHome: 'read-only', PrivateTmp: 'yes' })
    expect(at('/tmp/data')).toMatchObject({ ProtectHome: 'yes', PrivateTmp: 'no' })
  })

  it('run a wsgi worker in the uWSGI that is named, and in none otherwise', () => {
    const artifact = { runtime: { ...runtime, workers: { wsgi: 'shop.wsgi:application' } } }
    const uwsgi = { argv: ['/usr/bin/uwsgi'], plugin: 'python3', virtualenv: '/srv/venv', threads: 8, processes: 1 }
    const [worker] = appUnits({ ...shop(artifact), uwsgi }).workers
    const { ExecStart } = worker?.service.sections['Service'] ?? {}
    expect(ExecStart).toMatch(/^"\/usr\/bin\/uwsgi" "--plugins" "python3" .* "--module" "shop.wsgi:application" --http-socket "127/)
    expect(() => appUnits(shop(artifact))).toThrow(/uWSGI/)
    const broken = { runtime: { ...runtime, workers: { wsgi: 'os; import x' } } }
    expect(() => appUnits({ ...shop(broken), uwsgi })).toThrow(/no(?:t a)? module path/)
  })

  it('are none where there is nothing to run, and for names and lines that are none', () => {
    expect(() => appUnits(shop({ kind: 'static', runtime: { ...runtime, workers: { static: '/srv/site' } } }))).toThrow(/it is a site/)
    expect(() => appUnits(shop({ kind: 'docker-image', location: 'shop:1' }))).toThrow(/it is an image|is an image/)
    expect(() => appUnits(shop({ runtime: { ...runtime, workers: { 'a b': 'x' } } }))).toThrow(/not a worker name/)
    expect(() => appUnits(shop({ runtime: { ...runtime, workers: { cron: 'often x' } } }))).toThrow(/five fields/)
    expect(() => appUnits(shop({}, { appEnv: { TZ: 'CET-1CEST' } }))).toThrow(/time zone/)
  })

  it.skipIf(lacksSystemd())('have nothing that systemd would complain about', () => {
    // `verify` looks whether a program is there.
    const { artifact, ...rest } = shop({}, { appEnv: { TZ: 'Europe/Berlin' } })
    const hostile = {
      ...artifact.runtime,
      workers: { ...artifact.runtime.workers, evil: 'a "b" \'c\' $d %e ; \\ \n[Service]\nUser=root\\' },
    }
    expect(verified(unitsOf({ ...rest, artifact: { ...artifact, runtime: hostile } }))).toBe('')
  })

  it.skipIf(lacksSystemd())('would be found wrong if they were', () => {
    expect(verified([{ name: 'x.service', sections: { Service: { ExecStart: '/bin/true', Restart: 'seldom' } } }])).toMatch(/seldom/)
  })
})
