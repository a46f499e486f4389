// What every bench script here shares: runs that alternate, and numbers that survive a busy machine.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'

/**
 * Runs every variant once per round, A B C A B C …, so that a noisy second hits all of them. A variant is `{ argv, options }` or an
 * (async) function that resolves to milliseconds. The first round only warms caches. Resolves to `{ name: { ms, low, cpu } }`: median
 * and minimum of the wall time, and the mean of user + system time of the processes started.
 */
export async function interleaved(variants, { rounds = 21 } = {}) {
  const seen = Object.fromEntries(Object.keys(variants).map((name) => [name, { times: [], cpu: 0 }]))
  for (let round = 0; round <= rounds; round++) {
    for (const [name, variant] of Object.entries(variants)) {
      const cpuBefore = childCpu()
      const ms = typeof variant === 'function' ? await variant(round) : timeProcess(variant)
      if (round === 0) continue
      seen[name].times.push(ms)
      seen[name].cpu += childCpu() - cpuBefore
    }
  }
  return Object.fromEntries(
    Object.entries(seen).map(([name, { times, cpu }]) => [name, { ms: median(times), low: Math.min(...times), cpu: cpu / rounds }]),
  )
}

/** Milliseconds of one process from start to end. Throws when it fails. */
export function timeProcess({ argv: [program, ...args], options = {} }) {
  const start = performance.now()
  const { status, stderr, error } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options })
  const time = performance.now() - start
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${error ?? String(stderr).slice(-2000)}`)
  return time
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export const ms = (value) => `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`

/** Prints `| what | bound | measured | verdict |`; `isMet` is undefined where there is no bound. */
export function row(what, bound, measured, isMet) {
  console.log(`| ${what} | ${bound} | ${measured} | ${isMet === undefined ? '' : isMet ? 'met' : '**missed**'} |`)
}

export function head(title) {
  console.log(`\n${title} — Node ${process.version}, load ${loadavg()[0].toFixed(1)}\n\n| what | bound | measured | |\n|---|---|---|---|`)
}

/** Resident memory of a process. What is not its own are pages of the Node program, which every Node on the machine shares. */
export function resident(pid) {
  const { total, own } = residentMegabytes(pid)
  return `${total.toFixed(1)} MB resident, ${own.toFixed(1)} of them its own`
}

export function residentMegabytes(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024
  return { total: of('Rss'), own: of('Anonymous') }
}

/** Milliseconds of processor time all ended children of this process have used, to 10 ms: a sum over many runs is exact enough. */
function childCpu() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}
