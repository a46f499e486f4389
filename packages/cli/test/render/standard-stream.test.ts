import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const module = fileURLToPath(new URL('../../src/render/standard-stream.ts', import.meta.url))
/** Writes a megabyte of a character of two bytes to stdout, then what it was told of and whether Node's stream was opened to stderr. */
const program = `
import { standardStream } from ${JSON.stringify(module)}
let isOpened = false
const stream = standardStream(1, () => ((isOpened = true), process.stdout))
const told = []
stream.on('error', (error) => told.push(error.code))
stream.write('é'.repeat(2 ** 19))
stream.write('!')
setTimeout(() => process.stderr.write(JSON.stringify({ isOpened, told })), 300)
`
const sum = (text: string): string => createHash('sha256').update(text).digest('hex')
const whole = sum(`${'é'.repeat(2 ** 19)}!`)
/** Starts it with a pipe for stdout, reads once that is full (1032 is F_GETPIPE_SZ), and prints the digest of what came through, then its stderr. */
const reader = (mode: string) => `
import array, fcntl, hashlib, os, subprocess, sys, termios, time
read, write = os.pipe()
${mode}
child = subprocess.Popen(sys.argv[1:], stdout=write, stderr=subprocess.PIPE)
os.close(write)
held, size = array.array('i', [0]), fcntl.fcntl(read, 1032) if read is not None else 0
for _ in range(200):
    if read is not None: fcntl.ioctl(read, termios.FIONREAD, held)
    if held[0] >= size: break
    time.sleep(0.1)
time.sleep(0.3)
seen = open(read, 'rb').read() if read is not None else b''
print(hashlib.sha256(seen).hexdigest(), child.communicate(timeout=20)[1].decode())
`
const through = (mode: string, own = program): string =>
  execFileSync('python3', ['-c', reader(mode), process.execPath, '--input-type=module', '--eval', own], { encoding: 'utf8' }).trim()

describe('standard output', () => {
  it('is written to a pipe without the streams of Node', () => {
    expect(through('')).toBe(`${whole} {"isOpened":false,"told":[]}`)
  })

  it('is written whole to a pipe that does not wait', () => {
    expect(through('os.set_blocking(write, False)')).toBe(`${whole} {"isOpened":true,"told":[]}`)
  })

  it('tells whoever listens only then, once it is a stream of Node', () => {
    const late = program
      .replace("stream.on('error'", "const tell = () => stream.on('error'")
      .replace("stream.write('!')", "tell(); process.stdout.emit('error', { code: 'LATE' })")
    expect(through('os.set_blocking(write, False)', late)).toContain('{"isOpened":true,"told":["LATE"]}')
  })

  it('tells when nobody reads', () => {
    expect(through('os.close(read); read = None')).toBe(`${sum('')} {"isOpened":false,"told":["EPIPE","EPIPE"]}`)
  })

  it('is a stream of Node where it is a terminal', () => {
    const command = `${process.execPath} --input-type=module --eval '${program.replaceAll("'", `'"'"'`)}'`
    const seen = execFileSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 2 ** 24,
    })
    expect(seen).toContain('{"isOpened":true,"told":[]}')
  })
})
