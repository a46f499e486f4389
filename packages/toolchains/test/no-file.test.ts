import { createSourceView } from '@hop3/planner'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { readNodeApp } from '../src/node/package-json.ts'
import { readPythonApp } from '../src/python/python-app.ts'

test.each([
  ['package.json', readNodeApp],
  ['requirements.txt', readPythonApp],
  ['pyproject.toml', readPythonApp],
  ['Pipfile', readPythonApp],
] as const)('%s that is a directory is named', async (name, read) => {
  const source = createSourceView(await tempApp({ [`${name}/inside`]: '' }))
  await expect(read(source)).rejects.toMatchObject({
    code: 'config.unreadable',
    message: expect.stringContaining(`"${name}": it is a directory`),
  })
})
