import { tempApp } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { readAppConfig } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'

async function failure(hop3Toml: string) {
  return rejectionOf(readAppConfig({ sourcePath: await tempApp({ 'hop3.toml': hop3Toml }) }))
}

describe('wrong hop3.toml', () => {
  test.each([
    ['[biuld]\n', 'config.unknown-key', 'hop3.toml:1:2: unknown key "biuld" at the top level', 'Did you mean `build`?'],
    [
      '[build]\nproviders = ["pyton"]\n',
      'config.unknown-key',
      'hop3.toml:2:1: unknown key "providers" in [build]',
      'a key of [build.plan]',
    ],
    [
      '[build]\nstart = "x"\n',
      'config.unknown-key',
      'hop3.toml:2:1: unknown key "start" in [build]',
      'a key of [build.plan] and [run]. Known keys',
    ],
    ['[build]\nname = 3\n', 'config.unknown-key', 'hop3.toml:2:1: unknown key "name" in [build]', 'Known keys: strategy'],
    ['[build]\nhealthcheck-timeout = 3\n', 'config.unknown-key', 'hop3.toml:2:1', '`healthcheck-timeout` is a key of [run]. Known keys'],
    ['[run]\n  strat = "x"\n', 'config.unknown-key', 'hop3.toml:2:3: unknown key "strat" in [run]', 'Did you mean `start`?'],
    ['[build]\ntoolchian = "x"\n', 'config.unknown-key', 'hop3.toml:2:1: unknown key "toolchian" in [build]', 'Did you mean `toolchain`?'],
    ['[deploy]\nzzzzzz = 1\n', 'config.unknown-key', 'hop3.toml:2:1: unknown key "zzzzzz" in [deploy]', 'Known keys: strategy'],
    ['run.befor_run = "x"\n', 'config.unknown-key', 'hop3.toml:1:5: unknown key "befor_run" in [run]', '`before-run`'],
    ['[[ports]]\nnumber = 99\nprotokol = "tcp"', 'config.unknown-key', 'hop3.toml:3:1: unknown key "protokol" in [ports[0]]', '`protocol`'],
    ['[env]\nA = { generat = "hex" }\n', 'config.unknown-key', 'hop3.toml:2:7: unknown key "generat" in [env.A]', '`generate`'],
    ['[build.plan.phases.x]\ncmd = []\n', 'config.unknown-key', 'hop3.toml:2:1: unknown key "cmd" in [build.plan.phases.x]', '`cmds`'],
    [
      '[run]\nstart = 5\n',
      'config.invalid',
      'hop3.toml:2:1: run.start must be a command or a list of commands; it is the number 5.',
      'start = "5"',
    ],
    ['[env]\n__proto__ = "x"\n', 'config.invalid', 'hop3.toml:2:1: env.__proto__ cannot be the name', 'another name'],
    ['[build.plan.phases.__proto__]\n', 'config.invalid', 'hop3.toml:1:20: build.plan.phases.__proto__ cannot', 'another name'],
    [
      '[build]\ntoolchains = ["node", 5]\n',
      'config.invalid',
      'hop3.toml:2:23: build.toolchains[1] must be a string; it is the number 5.',
      'Put it in quotes: "5"',
    ],
    ['[run]\nstart = ""\n', 'config.invalid', 'hop3.toml:2:1: run.start must be a command; it is "".', 'run.start'],
    [
      '[env]\nDEBUG = 1\n',
      'config.invalid',
      'hop3.toml:2:1: env.DEBUG must be a string or { generate = "hex" }; it is the number 1.',
      'DEBUG = "1"',
    ],
    ['[env]\nD = 1979-05-27\n', 'config.invalid', 'hop3.toml:2:1: env.D is a date', 'D = "'],
    ['[env]\nA = { generate = "hx" }\n', 'config.invalid', 'hop3.toml:2:7: env.A.generate must be one of "hex", "base64"', ''],
    [
      '[env]\nA = { generate = "hex", length = 3 }\n',
      'config.invalid',
      'hop3.toml:2:25: env.A.length must be 8 or more; it is the number 3',
      '',
    ],
    ['[env]\n"A-B" = "x"\n', 'config.env-name', 'hop3.toml:2:1: "A-B" is not the name', ''],
    ['[env]\n_policy = "x"\n', 'config.invalid', 'hop3.toml:2:1: env._policy', ''],
    ['[metadata]\nid = "Shop"\n', 'config.invalid', 'hop3.toml:2:1: metadata.id must be 1 to 63', ''],
    ['[metadata]\nversion = 1.5\n', 'config.invalid', 'metadata.version must be a string; it is the number 1.5', 'version = "1.5"'],
    ['[build]\nignore = "x"\n', 'config.invalid', 'build.ignore must be a list of strings; it is "x"', 'ignore = ["x"]'],
    ['[build]\nstrategy = "a"\nmethod = "b"\n', 'config.conflict', 'hop3.toml:3:1: build.method = "b"', 'keep build.strategy'],
    ['[build]\ntoolchain = "a"\ntoolchains = ["b"]\n', 'config.conflict', 'hop3.toml:3:1: both build.toolchain (hop3.toml:2:1)', ''],
    ['[build.docker]\na = 1\n[docker]\na = 2\n', 'config.conflict', 'hop3.toml:3:2: both build.docker', ''],
    ['[run]\nhealthcheck = "/a"\n[healthcheck]\npath = "/b"\n', 'config.conflict', 'hop3.toml:4:1', ''],
    [
      '[run]\nstart = "a"\n[run.workers]\nweb = "b"\n',
      'config.conflict',
      'hop3.toml:4:1: the worker web is given twice; the first is hop3.toml:2:1',
      '',
    ],
    ['[run.workers]\nwsgi = "a:b"\nweb = "b"\n', 'config.two-web-workers', 'hop3.toml:2:1: wsgi answers', ''],
    ['[run.workers]\n"a/b" = "x"\n', 'config.worker-name', 'hop3.toml:2:1: "a/b" is not a worker name', ''],
    ['[run.workers]\nrelease = "x"\n', 'config.worker-name', 'hop3.toml:2:1: release is not a worker', 'before-run'],
    ['[run.workers]\ncron = "* * * * x"\n', 'config.cron', 'hop3.toml:2:1: the cron worker "cron"', ''],
    ['[run]\nbefore-run = "a"\nbefore_run = "b"\n', 'config.duplicate-key', 'hop3.toml:3:1: run.before-run is given twice', ''],
    ['[run]\nbefore_run = "a"\nbefore-run = "b"\n', 'config.duplicate-key', 'run.before-run is given twice', ''],
    ['[[ports]]\nnumber = 443\n', 'config.port', 'hop3.toml:2:1: port 443 belongs to the host', ''],
    [
      '[[ports]]\nnumber = 99\n[[ports]]\nnumber = 99\n',
      'config.port',
      'hop3.toml:4:1: port 99 is given twice; the first is hop3.toml:2:1',
      '',
    ],
    ['[[ports]]\nname = "x"\n', 'config.invalid', 'hop3.toml:1:3: ports[0].number is missing and must be a port number.', ''],
    ['[ports]\nnumber = 1\n', 'config.invalid', 'ports must be an array of tables: [[ports]]; it is a table', ''],
    [
      '[[volumes]]\nname = "a"\npath = "/x"\n[[volumes]]\nname = "b"\npath = "//x/"\n',
      'config.volume',
      'hop3.toml:6:1: the volume\'s path "/x" is given twice; the first is hop3.toml:3:1',
      '',
    ],
    ['[[volumes]]\nname = "a"\n[[volumes]]\n', 'config.invalid', 'volumes[0].path is missing', ''],
    ['[[volumes]]\nname = "a/b"\npath = "/x"\n', 'config.invalid', 'hop3.toml:2:1: volumes[0].name must be a name of letters', ''],
    ['[[volumes]]\nname = "a"\npath = "x/../y"\n', 'config.invalid', 'hop3.toml:3:1: volumes[0].path must be an absolute path', ''],
    ['[domains]\nlist = ["a b"]\n', 'config.invalid', 'hop3.toml:2:9: domains.list[0] must be a host name', ''],
    ['[domains]\nlist = ["_", "a"]\n', 'config.domains', 'hop3.toml:2:1', ''],
    ['[static]\n"/a" = "../x"\n', 'config.static-path', 'hop3.toml:2:1: "../x" is not a directory inside the app', ''],
    ['[static]\n"a" = "x"\n', 'config.static-path', 'hop3.toml:2:1: "a" is not a URL prefix', ''],
    [
      '[deploy]\nstrategy = "blue-green"\n',
      'config.invalid',
      'hop3.toml:2:1: deploy.strategy must name a deployer',
      'rollout = "blue-green"',
    ],
    ['[deploy.scale]\nweb = -1\n', 'config.invalid', 'hop3.toml:2:1: deploy.scale.web must be 0 or more', ''],
    [
      '[deploy.scale]\nweb = "5..2"\n',
      'config.invalid',
      'hop3.toml:2:1: deploy.scale.web must be a whole number, or a range such as "2..10"',
      '',
    ],
    [
      '[deploy.scale]\nwsgi = 2\nweb = 3\n',
      'config.conflict',
      'hop3.toml:3:1: deploy.scale.web and deploy.scale.wsgi (hop3.toml:2:1) differ',
      'Keep one',
    ],
    ['[[component]]\nname = "a"\ncommand = "x"\nscale = 2\n[deploy.scale]\na = 3\n', 'config.conflict', 'hop3.toml:4:1', ''],
    ['[build.plan]\nphases = 3\n', 'config.invalid', 'hop3.toml:2:1: build.plan.phases must be a table; it is the number 3', ''],
    [
      '[build.plan.phases.x]\nnix_pkgs = "a"\n',
      'config.invalid',
      'hop3.toml:2:1: build.plan.phases.x.nixPkgs must be a list; it is "a"',
      'nixPkgs = ["a"]',
    ],
    ['[build.plan.phases.x]\ncmds = []\ncommands = []\n', 'config.duplicate-key', 'hop3.toml:3:1', ''],
    ['[build]\nignore-file = "none"\n', 'config.ignore-file', 'hop3.toml:2:1: there is no file "none"', ''],
    ['a = 1\na = 2\n', 'config.syntax', 'hop3.toml:2:', ''],
    ['[run\nstart = 1\n', 'config.syntax', 'hop3.toml:1:', 'Strings need quotes'],
    ['[run]\nstart = x\n', 'config.syntax', 'hop3.toml:2:', ''],
    ['run = 1979-05-27\n', 'config.invalid', 'hop3.toml:1:1: run is a date', ''],
    ['run = 3\n', 'config.invalid', 'hop3.toml:1:1: run must be a table; it is the number 3', ''],
  ])('%j', async (text, code, message, hint) => {
    const error = await failure(text)
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
    expect(error.hint).toContain(hint)
    expect(error.message).not.toMatch(/undefined|\[object|Invalid input|ZodError/)
    expect(error.message).toMatch(/^hop3\.toml:\d+:\d+: .*\.\)?$/)
  })

  test('further problems are counted', async () => {
    expect((await failure('[run]\na = 1\n[env]\nB = 1\n')).message).toMatch(/\(1 more problem in this file\.\)/)
  })
})
