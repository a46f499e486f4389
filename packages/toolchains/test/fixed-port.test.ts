/** Which lines say that a program will not listen where it is told to. */
import { expect, it } from 'vitest'
import { planOf } from './plan-app.ts'

it.each<[language: string, file: string, text: string]>([
  ['python', 'main.py', 'import socket\ndb = connect(host="db", port=5432)\nserve()\n'],
  ['bun', 'index.ts', 'const db = { host: "db", port: 5432 }\nBun.serve({ fetch })\n'],
  ['go', 'main.go', 'package main\nfunc main() { ssh.Run("db.example:5432"); http.Serve() }\n'],
])('%s: a port of another server is none the app listens on', async (language, file, text) => {
  const manifests = {
    'requirements.txt': 'x==1\n',
    'bunfig.toml': '',
    'package.json': '{"scripts":{"start":"bun index.ts"}}',
    'go.mod': 'module shop\n',
  }
  expect((await planOf(language, { ...manifests, [file]: text })).warnings.filter((one) => one.includes('listens on port'))).toEqual([])
})

it.each([
  'uvicorn.run(app, host=host(), port=8000)',
  'app.run(debug=True, port=8000)',
  'serve(app, listen=x, port=8000)',
  'HTTPServer(("", 8000), Handler)',
])('python: %s listens', async (line) => {
  const { warnings } = await planOf('python', { 'requirements.txt': 'x==1\n', 'main.py': `import socket\n${line}\n` })
  expect(warnings).toEqual([expect.stringMatching(/^main\.py:2 listens on port 8000/)])
})
