/** A package whose dependencies are plugins, for `--plugin-root`. */
import { join } from 'node:path'
import { writeAll } from './apps.ts'

/** Package name → the text of its module. All of them have the keyword of builders. */
export async function writePluginRoot(directory: string, modules: Readonly<Record<string, string>>): Promise<string> {
  const names = Object.keys(modules)
  const packages = names.flatMap((name) => [
    [
      join('node_modules', name, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js', keywords: ['hop3-builder'] }),
    ],
    [join('node_modules', name, 'index.js'), modules[name] ?? ''],
  ])
  const manifest = { name: 'plugin-root', private: true, dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) }
  await writeAll(directory, { 'package.json': JSON.stringify(manifest), ...Object.fromEntries(packages) })
  return directory
}

/** A builder written for apps that have a `site.txt`, which becomes their page. */
export function siteBuilder(name: string): string {
  return `
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
const runtimeOf = (location) => ({ envVars: {}, pathPrepend: [], workingDir: location, workers: { static: location }, beforeRun: [],
  staticPaths: {}, healthcheckPath: '', healthcheckTimeout: 30 })
const create = (context) => ({
  name: '${name}',
  accept: async () => ({ accepted: true, reason: 'there is a site.txt' }),
  build: async () => {
    const location = join(context.release.path, 'source')
    await mkdir(location)
    await copyFile(join(context.sourcePath, 'site.txt'), join(location, 'index.html'))
    return { kind: 'static', location, runtime: runtimeOf(location), builder: '${name}', appName: '', builtAt: '', buildId: '', metadata: {} }
  },
})
export default { protocol: 1, builders: [{ name: '${name}', specificity: 'declared', create }] }
`
}
