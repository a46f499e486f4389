// Makes a fresh clone usable with nothing but Node and npm: installs the pinned pnpm and, through it, everything in the lockfile,
// the Node that runs the scripts included. Runs before every npm script, so the case "nothing to do" costs one hash.
import { execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const stamp = new URL('node_modules/.setup', root)

if (Number(process.versions.node.split('.')[0]) < 18) {
  console.error(`Node 18 or newer is needed to set this repository up; this is ${process.version}.`)
  process.exit(1)
}

const wanted = fingerprint()
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  install()
  writeFileSync(stamp, wanted)
}

function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(new URL(file, root)))
  return hash.digest('hex')
}

function install() {
  const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  // Everything goes to stderr: stdout belongs to the script that asked for the setup.
  execSync(`npm exec --yes --package=${packageManager} -- pnpm install --frozen-lockfile`, { cwd: root, stdio: ['ignore', 2, 2] })
}
