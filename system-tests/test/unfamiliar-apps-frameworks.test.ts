/** Apps of JavaScript frameworks, made by their own programs and deployed as they come; then one source file changes. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readArtifact } from '@hop3/core'
import { expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'

const timeout = 900_000
const execute = promisify(execFile)

const host = machineOfFile()

it('a Next app of create-next-app answers as it comes, and an edit installs nothing', { timeout }, async () => {
  // Without --empty its page takes its letters from fonts.googleapis.com while it is built.
  const words = ['create-next-app@latest', 'my-next', '--yes', '--empty', '--ts', '--app', '--no-eslint', '--skip-install', '--disable-git']
  await npx(words)
  const page = await (await deployUnchanged(host.machine, join(host.sources, 'my-next'))).get('/')
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining('Hello world!') })
  expect(await edited('my-next', 'app/page.tsx', ['Hello world!', 'Good evening'])).toContain('Good evening')
})

it('a SvelteKit app of sv create answers as it comes, by the adapter that its own adapter does not know', { timeout }, async () => {
  await npx(['sv@latest', 'create', 'my-svelte', '--template', 'minimal', '--types', 'ts', '--no-add-ons', '--no-install'])
  const source = join(host.sources, 'my-svelte')
  expect((await host.machine.hop3(['plan', source])).stdout).toContain('npm install -D @sveltejs/adapter-node')
  const app = await deployUnchanged(host.machine, source)
  expect(await app.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('Welcome to SvelteKit') })
  expect(await edited('my-svelte', 'src/routes/+page.svelte', ['Welcome to', 'Good evening from'])).toContain('Good evening from SvelteKit')
})

it('a Nuxt app of create-nuxt answers as it comes', { timeout }, async (context) => {
  const words = [
    'create-nuxt@latest',
    'my-nuxt',
    '--packageManager',
    'npm',
    '--no-install',
    '--gitInit=false',
    '--template',
    'minimal',
    '--no-modules',
  ]
  const failed = await npx(words).then(() => undefined, outputOf)
  // Its templates are on GitHub, not in the registry; any other failure is one.
  if (failed?.includes('Failed to download https://raw.githubusercontent.com/nuxt/starter/') === true) {
    context.skip('create-nuxt cannot fetch its template: it needs raw.githubusercontent.com')
    return
  }
  expect(failed).toBeUndefined()
  const page = await (await deployUnchanged(host.machine, join(host.sources, 'my-nuxt'))).get('/')
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining('Nuxt') })
})

it('a workspace of turbo and pnpm builds what its app needs before it, and an edit there installs nothing', { timeout }, async () => {
  const json = JSON.stringify
  await writeAll(join(host.sources, 'umbrella'), {
    'package.json': json({ private: true, packageManager: 'pnpm@10.34.9', devDependencies: { turbo: '^2.5.0' } }),
    'pnpm-workspace.yaml': 'packages:\n  - apps/*\n  - packages/*\n',
    'turbo.json':
      '{\n  // every package after those it needs\n  "tasks": { "build": { "dependsOn": ["^build"], "outputs": ["built.js"] } }\n}\n',
    'hop3.toml': '[build]\nroot = "apps/web"\n',
    'apps/web/package.json': json({
      name: 'web',
      type: 'module',
      scripts: { build: 'node build.js', start: 'node built.js' },
      dependencies: { '@acme/words': 'workspace:*' },
    }),
    'apps/web/build.js': `import { word } from '@acme/words'
import { writeFileSync } from 'node:fs'
const server = \`import { createServer } from 'node:http'
createServer((_, response) => response.end('\${word}, world')).listen(process.env.PORT, process.env.BIND_ADDRESS)\`
writeFileSync('built.js', server)
`,
    'packages/words/package.json': json({
      name: '@acme/words',
      type: 'module',
      exports: './built.js',
      scripts: { build: 'cp words.js built.js' },
    }),
    'packages/words/words.js': "export const word = 'Hello'\n",
  })
  const umbrella = await deployUnchanged(host.machine, join(host.sources, 'umbrella'))
  expect((await umbrella.get('/')).body).toBe('Hello, world')
  expect(await edited('umbrella', 'packages/words/words.js', ['Hello', 'Good evening'])).toBe('Good evening, world')
})

async function npx(words: readonly string[]): Promise<void> {
  await execute('npx', ['--yes', ...words], { cwd: host.sources, env: { ...process.env, CI: '1' } })
}

function outputOf(error: unknown): string {
  const { stdout = '', stderr = '' }: { readonly stdout?: unknown; readonly stderr?: unknown } = Object(error)
  return `${String(stdout)}${String(stderr)}` || String(error)
}

/** What the app answers after the edit. What was installed comes from the cache. */
async function edited(app: string, path: string, [before, after]: readonly [string, string]): Promise<string> {
  const file = join(host.sources, app, path)
  const text = await readFile(file, 'utf8')
  expect(text).toContain(before)
  await writeFile(file, text.replace(before, after))
  const again = await deployUnchanged(host.machine, join(host.sources, app))
  const { metadata } = await readArtifact(join(host.machine.home, 'apps', app, 'current', 'BUILD_ARTIFACT.json'))
  expect(metadata['cache']).toContainEqual(expect.objectContaining({ phase: 'install', outcome: 'hit' }))
  return (await again.get('/')).body
}
