// Records a real deploy, status and second deploy of examples/flask in a pseudo-terminal (`script` of util-linux) and draws the screen they leave
// as docs/deploy.svg. Needs port 8080, which the picture shows; leaves no process and no file behind.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawScreen } from './picture/draw-screen.mjs'
import { readScreen } from './picture/read-screen.mjs'

const columns = 88
const root = fileURLToPath(new URL('..', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'hop3-picture-'))

const steps = ['hop3 deploy', 'hop3 ps', "sed -i 's/Hello/Welcome/' app.py", 'hop3 deploy', 'curl http://flask.localhost:8080']

const program = `#!/bin/sh
exec ${process.execPath} --conditions=@hop3/source ${root}packages/cli/src/bin.ts "$@"
`
const session = `stty cols ${columns} rows 50
cd ~/flask
${steps.map((line) => `printf '\\033[1;32m~/flask $\\033[0m %s\\n' ${quoted(line)}\n${line} || exit 1`).join('\necho\n')}
`

try {
  cpSync(join(root, 'examples/flask'), join(home, 'flask'), { recursive: true })
  writeFileSync(join(home, 'hop3'), program)
  chmodSync(join(home, 'hop3'), 0o755)
  writeFileSync(join(home, 'session'), session)
  const recorded = run('script', ['-q', '-e', '-c', `/bin/sh ${home}/session`, `${home}/typescript`])
  if (recorded.status !== 0) throw new Error(`The session failed:\n${recorded.stdout}${recorded.stderr}`)
  const screen = readScreen(withoutFrame(readFileSync(join(home, 'typescript'), 'utf8')))
  const shown = screen.map((line) => line.map(({ character }) => character).join('')).join('\n')
  for (const secret of [home, root.replace(/\/$/, ''), 'hop3-picture'])
    if (shown.includes(secret)) throw new Error(`The picture would show ${secret}:\n${shown}`)
  writeFileSync(join(root, 'docs/deploy.svg'), drawScreen(screen, { columns, title: 'hop3 deploy, hop3 ps, and a second deploy' }))
} finally {
  run(join(home, 'hop3'), ['stop', '--all'])
  rmSync(home, { recursive: true, force: true })
}

function run(file, args) {
  const env = {
    ...process.env,
    HOME: home,
    USER: 'deploy',
    HOP3_HOME: join(home, 'data'),
    HOP3_LISTEN: '127.0.0.1:8080',
    TERM: 'xterm-256color',
  }
  for (const name of ['HOP3_RUN', 'HOP3_PROXY', 'NO_COLOR', 'FORCE_COLOR', 'CI']) delete env[name]
  return spawnSync(file, args, { cwd: home, env: { ...env, PATH: `${home}:${env.PATH}` }, encoding: 'utf8' })
}

/** `script` writes a line of its own before and after. */
function withoutFrame(text) {
  return text.replace(/^Script started.*\n/, '').replace(/\nScript done.*\n$/, '')
}

function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
