import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const app = (scripts: Record<string, string>, dependencies: readonly string[] = [], rest: object = {}): { 'package.json': string } => ({
  'package.json': JSON.stringify(
    { scripts, devDependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])), ...rest },
    undefined,
    2,
  ),
})
const qwik = { build: 'qwik build', preview: 'qwik build preview && vite preview --open', start: 'vite --open --mode ssr' }
const vite = { dev: 'vite', build: 'vite build', preview: 'vite preview' }

test.each([
  ['vite', app(vite, ['vite', 'react']), 'dist', false, ['dist']],
  ['vite with a router', app(vite, ['vite', 'react', 'react-router']), 'dist', true, ['dist']],
  ['vite with type checks', app({ ...vite, build: 'tsc -b && vite build' }, ['vite']), 'dist', false, ['dist']],
  [
    'create-vue',
    app({ build: 'run-p type-check "build-only {@}" --', 'build-only': 'vite build' }, ['vite', 'vue-router']),
    'dist',
    true,
    ['dist'],
  ],
  [
    'vite elsewhere',
    { ...app(vite, ['vite']), 'vite.config.ts': "export default { build: { outDir: './out/' } }" },
    'out',
    false,
    ['out', 'dist'],
  ],
  ['vite and a script of its own', app({ build: 'vite build && node prerender.js' }, ['vite']), 'dist', false, undefined],
  ['vite with a dev start', app({ ...vite, start: 'vite --host' }, ['vite']), 'dist', false, ['dist']],
  [
    'rsbuild',
    app({ dev: 'rsbuild dev --open', build: 'rsbuild build', preview: 'rsbuild preview' }, ['@rsbuild/core', 'react']),
    'dist',
    false,
    ['dist'],
  ],
  [
    'rsbuild elsewhere',
    {
      ...app({ build: 'rsbuild build', start: 'rsbuild dev' }, ['@rsbuild/core', 'vue-router']),
      'rsbuild.config.ts': "export default defineConfig({ output: { distPath: { root: 'out' } } })",
    },
    'out',
    true,
    ['out', 'dist'],
  ],
  ['astro', app({ build: 'astro build' }, ['astro', 'vite']), 'dist', false, ['dist']],
  ['create-react-app', app({ start: 'react-scripts start', build: 'react-scripts build' }, ['react-scripts']), 'build', false, ['build']],
  ['docusaurus', app({ start: 'docusaurus start', build: 'docusaurus build' }, ['@docusaurus/core']), 'build', false, ['build']],
  ['vitepress', app({ 'docs:build': 'vitepress build docs' }, ['vitepress']), 'docs/.vitepress/dist', false, ['docs/.vitepress/dist']],
  [
    'hexo',
    { ...app({ build: 'hexo generate', server: 'hexo server' }, ['hexo']), '_config.yml': 'public_dir: site\n' },
    'site',
    false,
    ['site'],
  ],
  ['hexo without a script', app({}, ['hexo']), 'public', false, ['public']],
  ['slidev', app({ build: 'slidev build', dev: 'slidev --open' }, ['@slidev/cli', 'vue']), 'dist', true, ['dist']],
  ['slidev elsewhere', app({ build: 'slidev build --out talk', start: 'slidev' }, ['@slidev/cli']), 'talk', true, ['talk']],
  ['eleventy without a script', app({}, ['@11ty/eleventy']), '_site', false, ['_site']],
  [
    'next exported',
    { ...app({ build: 'next build', start: 'next start' }, ['next']), 'next.config.mjs': "export default {\n  output: 'export',\n}" },
    'out',
    false,
    ['out', '.next'],
  ],
  ['gatsby', app({ start: 'gatsby develop', build: 'gatsby build' }, ['gatsby']), 'public', false, ['public']],
  ['parcel', app({ start: 'parcel src/index.html', build: 'parcel build src/index.html' }, ['parcel']), 'dist', false, ['dist']],
  [
    'remix without a server',
    { ...app({ build: 'remix vite:build' }, ['@remix-run/dev']), 'vite.config.ts': 'remix({ ssr: false })' },
    'build/client',
    true,
    ['build', 'public/build'],
  ],
  [
    'qwik city static',
    app({ ...qwik, 'build.server': 'vite build -c adapters/static/vite.config.ts' }, ['@builder.io/qwik-city', 'vite']),
    'dist',
    false,
    ['dist', 'server'],
  ],
  ['nuxt generated', app({ build: 'nuxt generate' }, ['nuxt']), '.output/public', false, ['.output']],
  [
    'sveltekit static',
    {
      ...app({ build: 'vite build' }, ['@sveltejs/kit', '@sveltejs/adapter-static', 'vite']),
      'svelte.config.js': "adapter({ fallback: 'index.html' })",
    },
    'build',
    true,
    ['build', '.svelte-kit'],
  ],
  [
    'sveltekit static, all in its Vite configuration',
    {
      ...app({ build: 'vite build' }, ['@sveltejs/kit', '@sveltejs/adapter-static', 'vite']),
      'vite.config.ts': "sveltekit({ adapter: adapter({ pages: 'www', fallback: 'index.html' }) })",
    },
    'www',
    true,
    ['www', 'build', '.svelte-kit'],
  ],
  [
    'react-router without a server',
    { ...app({ build: 'react-router build' }, ['@react-router/dev']), 'react-router.config.ts': 'export default { ssr: false }' },
    'build/client',
    true,
    ['build'],
  ],
  [
    'angular',
    {
      ...app({ start: 'ng serve', build: 'ng build' }, ['@angular/core']),
      'angular.json': '{"projects":{"shop":{"projectType":"application","architect":{"build":{"builder":"@angular/build:application"}}}}}',
    },
    'dist/shop/browser',
    true,
    ['dist'],
  ],
])('%s is a site', async (_what, files, directory, spa, outputs) => {
  const plan = await planOf('node', files)
  expect(plan.kind).toBe('static')
  expect(plan.processes).toEqual({ static: directory })
  expect(plan.runtime.spa).toBe(spa)
  expect(plan.phases['build']?.outputs).toEqual(outputs)
})

test.each([
  ['a start script', app({ start: 'node server.js' }), 'node server.js'],
  ['a start script beside vite', app({ ...vite, start: 'node server.js' }, ['vite']), 'node server.js'],
  [
    'a start script that calls another',
    app({ start: 'npm run serve', serve: 'NODE_ENV=production node x.js' }),
    'NODE_ENV=production node x.js',
  ],
  ['a start script with a pre script', app({ prestart: 'node migrate.js', start: 'node x.js' }), 'npm run start'],
  ["a start script with npm's variables", app({ start: 'node x.js --name $npm_package_name' }), 'npm run start'],
  ['start scripts in a circle', app({ start: 'npm run serve', serve: 'npm start' }), 'npm run start'],
  ['a start script beside rsbuild', app({ build: 'rsbuild build', start: 'node server.js' }, ['@rsbuild/core']), 'node server.js'],
  ['main', { ...app({}, [], { main: './lib/x.js' }), 'lib/x.js': '' }, 'node lib/x.js'],
  ['a main that is not there', { ...app({}, [], { main: 'gone.js' }), 'index.js': '' }, 'node index.js'],
  ['next', app({ build: 'next build', start: 'next start' }, ['next']), 'next start --hostname "$BIND_ADDRESS" --port "$PORT"'],
  ['nuxt', app({ build: 'nuxt build' }, ['nuxt']), 'HOST="$BIND_ADDRESS" node .output/server/index.mjs'],
  ['astro with its server', app({ build: 'astro build' }, ['astro', '@astrojs/node']), 'HOST="$BIND_ADDRESS" node ./dist/server/entry.mjs'],
  ['sveltekit', app({ build: 'vite build' }, ['@sveltejs/kit', '@sveltejs/adapter-node', 'vite']), 'HOST="$BIND_ADDRESS" node build'],
  [
    'react-router',
    app({ build: 'react-router build', start: 'react-router-serve ./build/server/index.js' }, ['@react-router/dev', '@react-router/serve']),
    'HOST="$BIND_ADDRESS" react-router-serve ./build/server/index.js',
  ],
  [
    'remix',
    app({ build: 'remix vite:build', start: 'remix-serve ./build/server/index.js' }, ['@remix-run/dev', '@remix-run/serve']),
    'HOST="$BIND_ADDRESS" remix-serve ./build/server/index.js',
  ],
  [
    'solid start',
    app({ build: 'vinxi build', start: 'vinxi start' }, ['@solidjs/start', 'vinxi']),
    'HOST="$BIND_ADDRESS" node .output/server/index.mjs',
  ],
  [
    'tanstack start',
    app({ build: 'vite build' }, ['@tanstack/react-start', 'nitro', 'vite']),
    'HOST="$BIND_ADDRESS" node .output/server/index.mjs',
  ],
  [
    'angular with a server',
    {
      ...app({ start: 'ng serve', build: 'ng build' }, ['@angular/core', '@angular/ssr']),
      'angular.json':
        '{"projects":{"shop":{"projectType":"application","architect":{"build":{"builder":"@angular/build:application","options":{"outputMode":"server","ssr":{"entry":"src/server.ts"}}}}}}}',
    },
    'node dist/shop/server/server.mjs',
  ],
  [
    'qwik city with an adapter',
    app({ ...qwik, 'build.server': 'vite build -c adapters/express/vite.config.ts', serve: 'node server/entry.express' }, [
      '@builder.io/qwik-city',
      'vite',
    ]),
    'node server/entry.express',
  ],
  ['nest', app({ build: 'nest build', start: 'nest start', 'start:prod': 'node dist/main.js' }, ['@nestjs/core']), 'node dist/main.js'],
])('%s is a server', async (_what, files, command) => {
  const plan = await planOf('node', files)
  expect(plan.kind).toBe('node')
  expect(plan.processes).toEqual({ web: command })
  expect(plan.runtime.envVars).toMatchObject({ NODE_ENV: 'production' })
})

test('development dependencies are installed, and the build is told it is for production', async () => {
  const { phases } = await planOf('node', app(vite, ['vite']))
  expect(phases['install']?.variables).not.toHaveProperty('NODE_ENV')
  expect(phases['build']).toMatchObject({ cmds: ['npm run build'], variables: { NODE_ENV: 'production' } })
})

test('a build of unknown outputs runs every time', async () => {
  const { phases } = await planOf('node', app({ build: 'webpack', start: 'node dist/x.js' }))
  expect(phases['build']).toEqual({ cmds: ['npm run build'], variables: { NODE_ENV: 'production' } })
})

test('what the build writes is not copied from the source', async () => {
  expect((await planOf('node', app(vite, ['vite']))).exclude).toEqual(['node_modules', '/dist'])
})

test.each([
  ['sveltekit without an adapter', app({ build: 'vite build' }, ['@sveltejs/kit', 'vite']), 'adapter-node'],
  ['qwik city without an adapter', app(qwik, ['@builder.io/qwik', '@builder.io/qwik-city', 'vite']), 'npm run qwik add express'],
  ['tanstack start without nitro', app({ build: 'vite build' }, ['@tanstack/react-start', 'vite']), 'npm install nitro'],
  ['no start', app({ build: 'tsc' }), 'Add "start": "node server.js"'],
])('%s is told what to add', async (_what, files, words) => {
  const plan = await planOf('node', files)
  expect(plan.processes).toEqual({})
  expect(plan.warnings.join()).toContain(words)
})

test('options override what was found', async () => {
  const options = { output_directory: './www/', spa: true, build_script: 'bundle' }
  const plan = await planOf('node', app({ bundle: 'webpack', start: 'node x.js' }), { options })
  expect(plan).toMatchObject({
    kind: 'static',
    processes: { static: 'www' },
    runtime: { spa: true },
    phases: { build: { cmds: ['npm run bundle'] } },
  })
})

test.each([
  ['laravel-vite-plugin', 'public/build'],
  ['vite-plugin-symfony', 'public/build'],
  ['vite-plugin-ruby', 'public/vite'],
])('what %s builds is a part of an app in another language: no site, and nothing to start', async (name, output) => {
  const { phases, processes, warnings } = await planOf('node', { ...app(vite, [name, 'vite', 'react']), 'package-lock.json': '{}' })
  expect(phases['build']?.outputs).toEqual([output])
  expect(processes).toEqual({})
  expect(warnings).toEqual([])
})

test('sveltekit with adapter-auto gets adapter-node, and hears how to pin it', async () => {
  const plan = await planOf('node', {
    ...app({ build: 'vite build' }, ['@sveltejs/kit', '@sveltejs/adapter-auto', 'vite']),
    'package-lock.json': '{}',
    'vite.config.ts': "import adapter from '@sveltejs/adapter-auto'",
  })
  expect(plan.phases['install']?.cmds).toEqual(['npm ci', 'npm install --no-save @sveltejs/adapter-node@5'])
  expect(plan.phases['build']?.variables).toMatchObject({ GCP_BUILDPACKS: '1' })
  expect(plan.processes).toEqual({ web: 'HOST="$BIND_ADDRESS" node build' })
  expect(plan.warnings).toEqual([
    expect.stringContaining(
      "npm install -D @sveltejs/adapter-node, and in vite.config.ts write import adapter from '@sveltejs/adapter-node'.",
    ),
  ])
})

test('the standalone server of next gets the files that it does not copy itself', async () => {
  const plan = await planOf('node', {
    ...app({ build: 'next build', start: 'next start' }, ['next']),
    'next.config.ts': "const config: NextConfig = {\n  output: 'standalone',\n}",
    'public/robots.txt': '',
  })
  expect(plan.processes).toEqual({ web: 'HOSTNAME="$BIND_ADDRESS" node .next/standalone-app/server.js' })
  expect(plan.phases['build']).toMatchObject({
    cmds: [
      'npm run build',
      'cd .next && dir=$(dirname "$(find standalone -name server.js -not -path "*/node_modules/*" | sort | head -n 1)") && cp -R static "$dir/.next/" && cp -R ../public "$dir/" && ln -sfn "$dir" standalone-app',
    ],
    cacheDirectories: ['.next/cache'],
    outputs: ['.next'],
  })
})

test.each([
  ['const app = express()\nconst port = 3000\n\napp.listen(port, () => {})\n', ['index.js:2 listens on port 3000']],
  ['await fastify.listen({ port: 4000 })\n', ['index.js:1 listens on port 4000']],
  ['app.listen(8080)\n', ['index.js:1 listens on port 8080']],
  ['const port = process.env.PORT || 3000\napp.listen(port)\n', []],
])('%j: where it cannot listen elsewhere is said before it is deployed', async (text, beginnings) => {
  const { warnings } = await planOf('node', { ...app({ start: 'node index.js' }), 'package-lock.json': '{}', 'index.js': text })
  expect(warnings).toEqual(beginnings.map((words) => expect.stringContaining(words)))
  expect(warnings.join()).toMatch(beginnings.length === 0 ? /^$/ : /write process\.env\.PORT instead/)
})
