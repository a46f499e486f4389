import { describe, expect, test } from 'vitest'
import { parseProcfile } from '../src/config/procfile.ts'
import { errorOf } from './error-of.ts'

describe('Procfile', () => {
  test('workers, and the names with a meaning of their own', () => {
    const layer = parseProcfile(
      [
        '# comment',
        '',
        'prebuild: make prepare',
        'build: make',
        'postbuild: make clean',
        'release: ./migrate',
        'prerun: ./warm',
        'wsgi: shop.app:app',
        'worker.1: ./work --for "a: b"',
        '  cron-night :  */5 4 * * 7 ./night  ',
        'static: /assets:public/assets/',
        'static: /media/:media',
      ].join('\n'),
      'Procfile',
    )
    expect(layer.runtime).toEqual({
      workers: { wsgi: 'shop.app:app', 'worker.1': './work --for "a: b"', 'cron-night': '*/5 4 * * 7 ./night' },
      beforeRun: ['./migrate', './warm'],
      staticPaths: { '/assets/': 'public/assets/', '/media/': 'media/' },
    })
    expect(layer.plans).toEqual([
      {
        plan: { phases: { prebuild: { cmds: ['make prepare'] }, build: { cmds: ['make'] }, postbuild: { cmds: ['make clean'] } } },
        origins: { 'phases.prebuild.cmds': 'Procfile:3:1', 'phases.build.cmds': 'Procfile:4:1', 'phases.postbuild.cmds': 'Procfile:5:1' },
      },
    ])
    expect(layer.origins).toMatchObject({
      'runtime.workers.wsgi': 'Procfile:8:1',
      'runtime.beforeRun': 'Procfile:6:1',
      'phases.build': 'Procfile:4:1',
    })
  })

  test.each([
    ['static: public', 'public'],
    ['static: ./public/', 'public'],
    ['static: /:public', 'public'],
    ['static: .', '.'],
  ])('%j is a site', (text, directory) => {
    expect(parseProcfile(text, 'Procfile').runtime?.workers).toEqual({ static: directory })
  })

  test.each(['web: a\r\nworker: b\r\n', 'web: a\rworker: b', 'web: a\nworker: b'])('line ends do not matter', (text) => {
    expect(parseProcfile(text, 'Procfile').runtime?.workers).toEqual({ web: 'a', worker: 'b' })
  })

  test.each([
    ['web python app.py', 'config.procfile', 'Procfile:1:1: "web python app.py" is not a Procfile line'],
    ['web: a\n\nw/b: c', 'config.procfile', 'Procfile:3:1: '],
    ['  web', 'config.procfile', 'Procfile:1:3: "  web" is not a Procfile line'],
    ['web:', 'config.procfile', 'Procfile:1:1: web has no command'],
    ['web: a\u0000b', 'config.procfile', 'Procfile:1:1: "a\\u0000b" contains a control character'],
    ['web: a\nweb: b', 'config.procfile', 'Procfile:2:1: web is given twice; the first is Procfile:1:1'],
    ['static: /a:b\nstatic: /a/:c', 'config.procfile', 'Procfile:2:1: static /a/ is given twice'],
    ['web: a\nwsgi: b', 'config.two-web-workers', "Procfile:2:1: wsgi answers at the app's address, and so does web (Procfile:1:1)"],
    ['-w: a', 'config.worker-name', 'Procfile:1:1: "-w" is not a worker name'],
    ['cron: 60 * * * * x', 'config.cron', 'Procfile:1:1: the cron worker "cron" has "60" as its minute'],
    ['cron: * * * 0 * x', 'config.cron', 'as its month'],
    ['cron: * * * * 8 x', 'config.cron', 'as its day of the week'],
    ['cron: 5-1 * * * * x', 'config.cron', 'as its minute'],
    ['cron: 1, * * * * x', 'config.cron', 'as its minute'],
    ['cron: 5/2 * * * * x', 'config.cron', 'as its minute'],
    ['cron: @never x', 'config.cron', 'five fields'],
    ['cron: */0 * * * * x', 'config.cron', 'as its minute'],
    ['cron: * * * * x', 'config.cron', 'five fields and a command'],
    ['cron: * * * * *', 'config.cron', 'five fields and a command'],
    ['static: ../x', 'config.static-path', 'Procfile:1:1: "../x" is not a directory inside'],
    ['static: /var/www', 'config.static-path', 'Procfile:1:1: "/var/www"'],
    ['static: /a b:c', 'config.static-path', 'Procfile:1:1: "/a b" is not a URL prefix'],
  ])('%j is an error', (text, code, message) => {
    const error = errorOf(() => parseProcfile(text, 'Procfile'))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
    expect(error.message.startsWith('Procfile:')).toBe(true)
    expect(error.hint).not.toBe('')
  })
})
