// A swarm of one node for a script: an engine of its own in a network of its own, because the host's is in none.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'

const { openOwnEngine } = await import(new URL('../packages/testing/src/own-engine.ts', import.meta.url).href)

/** Where the script has DOCKER_HOST, it is false: there is one. Otherwise runs the script again with these words beside one, and ends that. */
export async function besideSwarm(words) {
  if (process.env.DOCKER_HOST !== undefined) return false
  const engine = await openOwnEngine({ isApart: true })
  try {
    const docker = (...args) => execFileSync('docker', ['--host', engine.address, ...args], { stdio: 'ignore' })
    engine.load('caddy:2')
    docker('swarm', 'init', '--advertise-addr', '127.0.0.1')
    const [file, ...args] = [...engine.prefix, process.execPath, process.argv[1], ...words.map(String)]
    const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, DOCKER_HOST: engine.address } })
    const [code] = await once(child, 'close')
    if (code !== 0) process.exitCode = 1
    docker('swarm', 'leave', '--force')
  } finally {
    await engine.close()
  }
  return true
}
