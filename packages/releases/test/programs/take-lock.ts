// Says `trying` and tries to lock `blog` in the home given; says `taken` and holds it until its standard input ends, or says the error's code.
import { systemClock } from '@hop3/core'
import { createHome } from '@hop3/releases'

const [path = ''] = process.argv.slice(2)
const app = createHome({ path, clock: systemClock }).app('blog')
process.stdin.resume()
process.stdout.write('trying\n')
try {
  const lock = await app.lock({ operation: 'deploy', wait: false, signal: new AbortController().signal, notice: () => {} })
  process.stdout.write('taken\n')
  process.stdin.once('end', () => void lock.release())
} catch (error) {
  process.stdout.write(`${error instanceof Error && 'code' in error ? String(error.code) : String(error)}\n`)
  process.stdin.destroy()
}
