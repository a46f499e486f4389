import { testBuilder } from '@hop3/testing'
import { localBuilder } from '../src/index.ts'

/** A build of shell commands: no registry, no toolchain. */
const app = (command: string): Record<string, string> => ({
  Procfile: 'web: ./server --port $PORT\n',
  'server.in': 'a server\n',
  'hop3.toml': `[build.plan.phases.build]\ncmds = ['${command}']\n`,
})

testBuilder({
  factory: localBuilder,
  accepts: app('cp server.in server'),
  rejects: { 'notes.txt': 'nothing to run here\n' },
  fails: app('echo broken by the contract >&2; exit 3'),
  slow: app('sleep 300'),
})
