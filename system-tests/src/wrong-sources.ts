/** Sources, configurations and commands that cannot be deployed. */
import { createServer } from 'node:net'
import { chmod, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { hostWithout } from './host-without.ts'
import { answering, type WrongInput } from './wrong-input.ts'

const server = { Procfile: 'web: node server.js\n', 'server.js': answering('v2') }
const withToml = (text: string): Readonly<Record<string, string>> => ({ ...server, 'hop3.toml': text })
const packageJson = (scripts: object): string => JSON.stringify({ name: 'wrong', private: true, scripts })

/** Free here, taken by `prepare`, and asked for in the row's hop3.toml. */
const takenPort = 18_397

export const wrongConfigurations: readonly WrongInput[] = [
  {
    name: 'an app no strategy accepts',
    files: { 'notes.txt': 'nothing to run' },
    exitCode: 20,
    code: 'select.builder.none',
    message: ['No builder takes the app in', 'local: no toolchain knows this app (nothing for', 'python', 'node', 'static'],
    hint: '`web: ./start-my-app`',
  },
  {
    name: 'an unknown key in hop3.toml',
    files: withToml('[run]\nhealthchek = "/up"\n'),
    exitCode: 10,
    code: 'config.unknown-key',
    message: ['hop3.toml:2:1', 'healthchek'],
    hint: 'healthcheck',
  },
  {
    name: 'a value of the wrong type in hop3.toml',
    files: withToml('[healthcheck]\npath = "/"\ntimeout = "soon"\n'),
    exitCode: 10,
    code: 'config.invalid',
    message: ['hop3.toml:3:1', 'timeout', '"soon"'],
    hint: 'timeout',
  },
  {
    name: 'broken TOML',
    files: withToml('[run]\nstart = "node server.js\n'),
    exitCode: 10,
    code: 'config.syntax',
    message: [/hop3\.toml:2:\d+/],
    hint: /./,
  },
  {
    name: 'a Procfile line without a colon',
    files: { ...server, Procfile: 'web: node server.js\nworker node worker.js\n' },
    exitCode: 10,
    code: 'config.procfile',
    message: ['Procfile:2:1', '"worker node worker.js"'],
    hint: '`name: command`',
  },
  {
    name: 'a worker name that is none, in hop3.toml',
    files: withToml('[run.workers]\n"mail queue" = "node mail.js"\n'),
    exitCode: 10,
    code: 'config.worker-name',
    message: ['hop3.toml:2:1', '"mail queue"'],
    hint: 'letters, digits',
  },
  {
    name: 'a worker name that is none, in Procfile',
    files: { ...server, Procfile: '-web: node server.js\n' },
    exitCode: 10,
    code: 'config.worker-name',
    message: ['Procfile:1:1', '"-web"'],
    hint: 'letters, digits',
  },
  {
    name: 'an app name that is none',
    files: server,
    words: ({ source }) => ['deploy', source, '--app', 'Blog_2'],
    exitCode: 10,
    code: 'config.app-name',
    message: ['--app', '"Blog_2"'],
    hint: '--app my-app',
  },
  {
    name: 'a fixed port of another program',
    files: withToml(`[[ports]]\nnumber = ${takenPort}\n`),
    prepare: async () => {
      const taker = createServer()
      await new Promise<void>((resolve) => taker.listen(takenPort, '127.0.0.1', resolve))
      return () => new Promise((resolve) => taker.close(() => resolve()))
    },
    exitCode: 10,
    code: 'config.port-taken',
    message: ['hop3.toml:2', String(takenPort)],
    hint: 'ss -ltnp',
  },
  {
    name: 'a link out of the source',
    files: server,
    prepare: async ({ source }) => {
      await symlink('/etc/passwd', join(source, 'users'))
      return async () => {}
    },
    exitCode: 30,
    code: 'build.source-link',
    message: ['"users"', '"/etc/passwd"'],
    hint: '.hop3ignore',
  },
]

export const wrongBuilds: readonly WrongInput[] = [
  {
    name: 'a host without npm',
    files: { 'package.json': packageJson({ start: 'node server.js' }), 'server.js': answering('v2') },
    options: (scene) => hostWithout(scene, ['npm']),
    exitCode: 30,
    code: 'build.tool-missing',
    message: ['Phase install', '"npm install', '"npm"'],
    hint: 'apt-get install nodejs npm',
  },
  {
    name: 'a version of Node that was never published',
    files: { 'package.json': packageJson({ start: 'node server.js' }), 'server.js': answering('v2'), '.nvmrc': '99\n' },
    exitCode: 30,
    code: 'build.tool-version',
    message: ['.nvmrc:1', 'node "99"', 'this host has', 'the npm registry has none (No match found for version 99)'],
    hint: 'npm view node-',
  },
  {
    name: 'a version of Ruby the host cannot get',
    files: { ...server, 'hop3.toml': '[build.plan.versions]\nruby = { version = "2.1.5", origin = ".ruby-version:1" }\n' },
    options: (scene) => hostWithout(scene, ['mise', 'asdf']),
    exitCode: 30,
    code: 'build.tool-version',
    message: ['.ruby-version:1', 'ruby "2.1.5"', 'neither mise nor asdf'],
    hint: 'mise install ruby@2.1.5',
  },
  {
    name: 'a host without Python',
    files: { 'requirements.txt': '', 'app.py': '', Procfile: 'web: python app.py\n' },
    options: (scene) => hostWithout(scene, ['python3', 'python']),
    exitCode: 30,
    code: 'build.tool-missing',
    message: ['Phase setup', '"python3 -m venv', '"python3"'],
    hint: 'apt-get install python3 python3-venv',
  },
  {
    name: 'a host without uv, and without the Python that would bring it',
    files: {
      'pyproject.toml': '[project]\nname = "wrong"\nversion = "1"\nrequires-python = ">=3.9"\n',
      'uv.lock': 'version = 1\nrequires-python = ">=3.9"\n',
      Procfile: 'web: python app.py\n',
    },
    options: (scene) => hostWithout(scene, ['uv', 'python3', 'python']),
    exitCode: 30,
    code: 'build.tool-version',
    message: ['pyproject.toml:4', '">=3.9"', 'has no python', 'no uv to fetch it with'],
    hint: 'apt-get install python3 python3-venv',
  },
  {
    name: 'an install command that fails',
    files: server,
    more: ['--install-cmd', 'echo fetching; echo "no such package: left-pud" >&2; exit 3'],
    exitCode: 30,
    code: 'build.phase-failed',
    message: ['Phase install', 'exited with 3', 'fetching', 'no such package: left-pud'],
    hint: '--verbose',
  },
  {
    name: 'a build script that fails',
    files: {
      'package.json': packageJson({ build: 'echo compiling && echo "main.js:3: unexpected token" && exit 4', start: 'node server.js' }),
      'server.js': answering('v2'),
    },
    exitCode: 30,
    code: 'build.phase-failed',
    message: ['Phase build', '"npm run build"', 'exited with 4', 'main.js:3: unexpected token'],
    hint: '--verbose',
  },
]

/** For a user whom modes concern: root reads everything. */
export const unreadableSources: readonly WrongInput[] = [
  {
    name: 'a file that cannot be read',
    files: { ...server, 'secret.txt': 'x' },
    prepare: async ({ source }) => {
      await chmod(join(source, 'secret.txt'), 0)
      await mkdir(join(source, 'empty'))
      return async () => {}
    },
    exitCode: 30,
    code: 'build.source-unreadable',
    message: ['"secret.txt"', 'permission denied'],
    hint: 'chmod u+r',
  },
  {
    name: 'a source in a directory that may not be entered',
    files: server,
    prepare: async ({ source }) => {
      await chmod(join(source, '..'), 0)
      return () => chmod(join(source, '..'), 0o755)
    },
    exitCode: 2,
    code: 'usage.no-directory',
    message: ['may not enter'],
    hint: 'directory',
  },
]
