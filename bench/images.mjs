// What images cost: a rebuild with nothing changed beside `docker build` of the same file, the layers a changed source rebuilds, the sizes of
// generated images, and a deploy with nothing to do.
//
//   npm run build && node bench/images.mjs [rounds]
//
// Takes a container engine with the images that `.ci/make-images` makes. Removes the images it made, and ends what it started.
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { head, interleaved, ms, row } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 11)
const repository = fileURLToPath(new URL('..', import.meta.url))
const bin = join(repository, 'packages/cli/dist/bin.js')
const directory = mkdtempSync(join(tmpdir(), 'hop3-bench-'))
const env = { PATH: process.env['PATH'], HOME: directory, HOP3_HOME: join(directory, 'home'), HOP3_LISTEN: '127.0.0.1:18080' }
const hop3 = (...words) => ({ argv: [process.execPath, bin, ...words], options: { env } })
const said = ({ argv: [file, ...args], options }) => {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', ...options })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.slice(-2000)}`)
  return { stdout, stderr }
}
const docker = (...args) => execFileSync('docker', args, { encoding: 'utf8' })
/** Megabytes of published generators' images of such apps, and nine tenths of them are the bound. */
const marks = { 'node-npm': 315, 'python-pip': 358, 'go-http': 86 }
const made = []

try {
  head(`images, medians of ${rounds} interleaved runs`)
  for (const [name, mark] of Object.entries(marks)) {
    const source = copyOf(name)
    said(hop3('build', source, '--builder', 'docker'))
    const size = Number(docker('image', 'inspect', '--format', '{{.Size}}', imageOf(name))) / 1e6
    row(`size of \`${name}\``, `0.9 × ${mark} MB`, `${Math.round(size)} MB, ${(size / mark).toFixed(2)} ×`, size <= 0.9 * mark)
  }
  await rebuilds('python-pip')
  await nothingToDo('node-npm')
} finally {
  spawnSync(process.execPath, [bin, 'stop', '--all'], { env })
  for (const id of new Set(made)) spawnSync('docker', ['rmi', '--force', id])
  rmSync(directory, { recursive: true, force: true })
}

function copyOf(name) {
  const source = join(directory, name)
  cpSync(join(repository, 'examples', name), source, { recursive: true })
  return source
}

function imageOf(name) {
  const [id] = docker('images', '--quiet', '--no-trunc', '--filter', `label=hop3.app=${name}`).split('\n')
  made.push(id)
  return id
}

/** The same Dockerfile and the same context by the `docker` program. */
async function rebuilds(name) {
  const source = join(directory, name)
  const file = join(directory, 'Dockerfile')
  writeFileSync(file, said(hop3('build', source, '--builder', 'docker', '--print-dockerfile')).stdout)
  docker('buildx', 'build', '--quiet', '--load', '--tag', 'hop3-bench', '--file', file, source)
  const seen = await interleaved(
    {
      docker: { argv: ['docker', 'buildx', 'build', '--quiet', '--load', '--tag', 'hop3-bench', '--file', file, source] },
      hop3: hop3('build', source, '--builder', 'docker'),
      forced: hop3('build', source, '--builder', 'docker', '--force'),
    },
    { rounds },
  )
  made.push('hop3-bench')
  const ratio = seen.hop3.ms / seen.docker.ms
  row('the same with `--force`: built all the same', '', `${(seen.forced.ms / seen.docker.ms).toFixed(2)} × (${ms(seen.forced.ms)})`)
  row(
    'rebuild with nothing changed',
    '1.1 × `docker build`',
    `${ratio.toFixed(2)} × (${ms(seen.hop3.ms)} to ${ms(seen.docker.ms)})`,
    ratio <= 1.1,
  )
  appendFileSync(join(source, 'app.py'), '\n# changed\n')
  const { stderr } = said(hop3('build', source, '--builder', 'docker', '--verbose'))
  const installed = stderr.split('\n').filter((line) => line.startsWith('✓') && /pip install/.test(line))
  const rebuilt = installed.filter((line) => !line.endsWith(' cached')).length
  row('a changed source', 'rebuilds no install layer', `${rebuilt} of ${installed.length} rebuilt`, installed.length > 0 && rebuilt === 0)
  imageOf(name)
}

async function nothingToDo(name) {
  const source = join(directory, name)
  said(hop3('deploy', source, '--builder', 'docker'))
  const node = { argv: [process.execPath, '-e', '0'], options: { env } }
  const seen = await interleaved({ node, deploy: hop3('deploy', source, '--builder', 'docker') }, { rounds })
  const over = seen.deploy.ms - seen.node.ms
  row('deploy of an unchanged image', 'node + 300 ms', `node + ${ms(over)} (lowest + ${ms(seen.deploy.low - seen.node.low)})`, over <= 300)
}
