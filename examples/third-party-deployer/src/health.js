import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { listInstances } from './instances.js'

/** Undefined once the instance is healthy, else what was seen. A worker without a port is healthy when it has lived for half a second. */
export async function untilHealthy(instance, { clock, signal }, { healthcheckPath, healthcheckTimeout }) {
  const began = clock.monotonic()
  const elapsed = () => clock.monotonic() - began
  let seen = 'it has not started'
  while (elapsed() < healthcheckTimeout * 1000) {
    await clock.sleep(50, signal)
    const isAlive = (await listInstances(instance.path.slice(0, instance.path.lastIndexOf('/')))).some(({ id, isAlive }) => id === instance.id && isAlive)
    if (!isAlive && elapsed() > 500) return 'its process has ended'
    if (instance.port === undefined && elapsed() > 500) return undefined
    if (instance.port === undefined || !isAlive) continue
    seen = await probe(instance.port, healthcheckPath)
    if (seen === undefined) return undefined
  }
  return `${seen} for ${healthcheckTimeout} seconds`
}

/** The last lines of a log file, for messages. */
export async function lastLines(path) {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-10).join('\n')
}

async function probe(port, path) {
  try {
    if (path === '') return await connected(port)
    const { status } = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', signal: AbortSignal.timeout(5000) })
    return status >= 200 && status < 400 ? undefined : `GET ${path} answered ${status}`
  } catch (error) {
    return `port ${port}: ${error.cause?.code ?? error.code ?? error.message}`
  }
}

function connected(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', reject)
    socket.once('connect', () => resolve(void socket.destroy()))
  })
}
