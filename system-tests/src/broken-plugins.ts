/** Plugins that cannot be used. */
import { join } from 'node:path'
import { siteBuilder, writePluginRoot } from './plugin-root.ts'
import { answering, type WrongInput } from './wrong-input.ts'

const asking = (strategy: string): Readonly<Record<string, string>> => ({
  Procfile: 'web: node server.js\n',
  'server.js': answering('v2'),
  'hop3.toml': `[build]\nstrategy = "${strategy}"\n`,
})

function withPlugins(modules: Readonly<Record<string, string>>): Pick<WrongInput, 'prepare' | 'words'> {
  return {
    prepare: async ({ source }) => {
      await writePluginRoot(join(source, '../plugins'), modules)
      return async () => {}
    },
    words: ({ source }) => ['deploy', source, '--app', 'blog', '--plugin-root', join(source, '../plugins')],
  }
}

export const brokenPlugins: readonly WrongInput[] = [
  {
    name: 'a plugin that throws while it is imported, asked for by name',
    files: asking('broken'),
    ...withPlugins({ 'hop3-broken': "throw new Error('no license file')" }),
    exitCode: 20,
    code: 'select.builder.unknown',
    message: ['hop3.toml:2:1', '"broken"', 'hop3-broken was ignored', 'import', 'no license file'],
    hint: 'hop3 plugins',
  },
  {
    name: 'a plugin that speaks another protocol, asked for by name',
    files: asking('modern'),
    ...withPlugins({ 'hop3-modern': "export default { protocol: 7, builders: [{ name: 'modern', create: () => ({}) }] }" }),
    exitCode: 20,
    code: 'select.builder.unknown',
    message: ['hop3.toml:2:1', '"modern"', 'hop3-modern was ignored', 'protocol 7', 'protocol 1'],
    hint: 'hop3 plugins',
  },
  {
    name: 'a plugin that shares a name with another package',
    files: { 'site.txt': 'v2' },
    ...withPlugins({ 'second-local': siteBuilder('local') }),
    exitCode: 60,
    code: 'plugin.duplicate',
    message: ['builder named "local"', 'second-local', '@hop3/builder-local'],
    hint: 'npm uninstall',
  },
]
