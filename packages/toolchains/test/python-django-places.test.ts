/** Django projects that do not look like `startproject`'s: manage.py hands on, the settings lie deeper, an extra brings Django. */
import type { Files } from '@hop3/testing'
import { describe, expect, it, test } from 'vitest'
import { planOf } from './plan-app.ts'

const wsgi = (settings: string): string =>
  `import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '${settings}')\napplication = get_wsgi_application()\n`
const main =
  'import os\n\n\ndef main():\n    os.environ.setdefault(\n        "DJANGO_SETTINGS_MODULE",\n        (\n            "shop.signing.settings"\n            if name == "signing"\n            else "shop.project.settings"\n        ),\n    )\n'
const deep: Files = {
  'manage.py': '#!/usr/bin/env python3\nfrom shop.__main__ import main\n\nmain()\n',
  'shop/__main__.py': main,
  'shop/signing/settings.py': 'DEBUG = False\n',
  'shop/project/settings/__init__.py': 'DEBUG = False\n',
  'shop/project/wsgi.py': wsgi('shop.project.settings'),
}
const extras = (text: string): string =>
  `[project]\nname = "shop"\nversion = "1"\ndependencies = ["rich"]\n\n[project.optional-dependencies]\n${text}\n`

test('manage.py may hand on to a module of the app, and its settings are those that something serves', async () => {
  const plan = await planOf('python', { ...deep, 'requirements.txt': 'django==5.2\n' })
  expect(plan.processes).toEqual({ wsgi: 'shop.project.wsgi:application' })
  expect(plan.runtime.envVars).not.toHaveProperty('DJANGO_SETTINGS_MODULE')
})

test('settings that wsgi.py names and that are not there give way to those of manage.py', async () => {
  const plan = await planOf('python', { ...deep, 'shop/project/wsgi.py': wsgi('store.settings'), 'requirements.txt': 'django==5.2\n' })
  expect(plan.processes).toEqual({ wsgi: 'shop.project.wsgi:application' })
  expect(plan.runtime.envVars).toMatchObject({ DJANGO_SETTINGS_MODULE: 'shop.project.settings' })
})

describe('the extra that brings Django is installed', () => {
  it.each([
    ['server = ["Django>=4.2", "psycopg2"]\ndocs = ["sphinx"]', ['rich', 'Django>=4.2', 'psycopg2']],
    ['signing = ["Django>=4.2"]\nserver = ["Django>=4.2", "redis"]', ['rich', 'Django>=4.2', 'redis']],
    ['tests = ["django"]', ['rich']],
    ['a = ["django"]\nb = ["django"]', ['rich']],
  ])('where it is plain which one: %s', async (text, installed) => {
    const plan = await planOf('python', { ...deep, 'pyproject.toml': extras(text) })
    const words = installed.map((one) => (/^\w+$/.test(one) ? one : `'${one}'`)).join(' ')
    expect(plan.phases['install']?.cmds).toEqual([`.venv/bin/pip install ${words}`])
  })

  it('with the server that serves it', async () => {
    const plan = await planOf('python', {
      ...deep,
      'shop/project/asgi.py': 'application = 1\n',
      'pyproject.toml': extras('server = ["django", "channels", "daphne"]'),
    })
    expect(plan.processes['web']).toMatch(/^daphne .*'shop\.project\.asgi:application'$/)
    expect(plan.decisions).toContainEqual({ key: 'python.extras', value: 'server, which brings django', origin: 'pyproject.toml:6' })
  })

  it('and none where the app asks for others, or lists it itself', async () => {
    const files = { ...deep, 'pyproject.toml': extras('server = ["django"]\ns3 = ["boto3"]') }
    const asked = await planOf('python', files, { options: { extras: ['s3'] } })
    expect(asked.phases['install']?.cmds).toEqual(['.venv/bin/pip install rich boto3'])
    const listed = await planOf('python', { ...files, 'pyproject.toml': extras('server = ["django"]').replace('"rich"', '"django"') })
    expect(listed.decisions.filter(({ key }) => key === 'python.extras')).toEqual([])
  })
})
