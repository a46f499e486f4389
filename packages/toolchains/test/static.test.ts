import { expect, test } from 'vitest'
import { planOf, verdictOf } from './plan-app.ts'

test.each([
  [{ 'index.html': '' }, '.', 'index.html'],
  [{ 'public/index.html': '' }, 'public', 'public/index.html'],
  [{ '_site/index.html': '', 'dist/index.html': '' }, '_site', '_site/index.html'],
  [{ Staticfile: 'root: www/html/ # pages\n', 'www/html/index.html': '' }, 'www/html', 'Staticfile'],
  [{ 'index.html': '', 'package.json': '{ "devDependencies": { "prettier": "3" } }' }, '.', 'index.html'],
])('%j is a site', async (files, directory, evidence) => {
  expect(await verdictOf('static', files)).toMatchObject({ accepted: true, evidence: [evidence] })
  expect(await planOf('static', files)).toMatchObject({ kind: 'static', phases: {}, processes: { static: directory }, warnings: [] })
})

test.each([
  [{}, 'no index.html'],
  [{ 'public/logo.png': '' }, 'no index.html'],
  [{ 'index.html': '', 'package.json': '{ "scripts": { "build": "vite build" } }' }, 'index.html is there, but so is package.json:1'],
  [{ 'public/index.html': '', 'requirements.txt': 'flask\n' }, 'public/index.html is there, but so is requirements.txt'],
])('%j is none, and says why', async (files, reason) => {
  expect(await verdictOf('static', files)).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) })
})

test('what configures Hop3 is not published', async () => {
  expect((await planOf('static', { 'index.html': '' })).exclude).toEqual(['/hop3.toml', '/hop3', '/Procfile', '/Staticfile'])
  expect(await planOf('static', { 'public/index.html': '' })).not.toHaveProperty('exclude')
})

test.each([
  [{ Staticfile: 'pushstate: enabled\n', 'index.html': '' }, undefined, true],
  [{ 'index.html': '' }, { spa: true }, true],
  [{ 'index.html': '' }, undefined, false],
])('%j with %j answers unknown paths with index.html: %j', async (files, options, spa) => {
  expect((await planOf('static', files, { options })).runtime.spa).toBe(spa)
})

test.each(['../other', '/etc', 'gone'])('the root %s is refused', async (root) => {
  await expect(planOf('static', { 'index.html': '' }, { options: { root } })).rejects.toMatchObject({ code: 'config.static.root' })
})
