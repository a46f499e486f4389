/** What nginx does its own way: a generation of files, its own check of them, and a reload that ends when only new workers listen. */
import { programWork, type ProxyProgram } from '@hop3/core/routes'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { changeOf } from './generation.ts'
import { nginxArgs } from './nginx-command.ts'
import { nginxPaths } from './nginx-paths.ts'

export const nginx: ProxyProgram = {
  name: 'nginx',
  title: 'nginx',
  // Distributions keep it where only the PATH of root looks.
  elsewhere: ['/usr/sbin', '/usr/local/sbin'],
  install: 'apt-get install nginx-light',
  // The first stable one that takes `-e`.
  oldest: { args: ['-v'], version: [1, 20] },
  ability: { name: 'nginx', speaksUwsgi: true, certificates: ['files'] },
  paths: nginxPaths,
  prepare: (context, wanted) => changeOf(nginx, context, wanted),
  args: ({ directories }) => nginxArgs(nginxPaths(directories), join(nginxPaths(directories).current, 'nginx.conf')),
  beforeStart: async ({ directories }) => void (await mkdir(join(nginxPaths(directories).directory, 'tmp'), { recursive: true })),
  stopSignal: 'SIGQUIT',
}

export const work = programWork(nginx)
