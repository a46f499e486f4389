/** The images all of this package's tests share: made before the first, removed after the last. */
import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildImage, flavors, isSkipped, randomMark, removeImages } from './test-images.ts'

export async function setup({ provide }: TestProject): Promise<(() => void) | undefined> {
  if (flavors.every(isSkipped)) return undefined
  const directory = await mkdtemp(join(tmpdir(), 'hop3-images-'))
  try {
    await cp(join(import.meta.dirname, '../../testing/fixtures/image-app.go'), join(directory, 'main.go'))
    execFileSync('go', ['build', '-o', 'app', 'main.go'], { cwd: directory, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' } })
    await writeFile(join(directory, '.dockerignore'), 'main.go\n')
    const build = (from: string, name: string): string =>
      buildImage({ text: `FROM ${from}\nCOPY app /app/server\nWORKDIR /app\nCMD ["/app/server"]`, directory, name })
    const name = `hop3-test-compose-${randomMark()}`
    const shellName = `${name}:shell`
    const images = { shell: build('debian:bookworm-slim', shellName), scratch: build('scratch', `${name}:scratch`), shellName }
    provide('images', images)
    return () => removeImages([images.shell, images.scratch])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
