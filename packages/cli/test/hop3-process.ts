import { spawn, type ChildProcess } from 'node:child_process'

export interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface StartOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly input?: string
  readonly onStart?: (child: ChildProcess) => void
}

/** Runs a command in a pipe. */
export function runCommand([file = '', ...args]: readonly string[], { cwd, env, input = '', onStart }: StartOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: 'pipe' })
    const texts = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, ...texts }))
    onStart?.(child)
  })
}
