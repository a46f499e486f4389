import type { Files } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { planOf, verdictOf } from './plan-app.ts'

describe('projects without [project]', () => {
  const setup = (rest: string): string => `from setuptools import setup\nsetup(name='my-shop', ${rest})\n`
  const cfg =
    '[metadata]\nname = my-shop\n\n[options]\npackages = find:\ninstall_requires =\n    flask>=3\n    jinja2\n\n[flake8]\nname = x\n'
  const wsgi = 'from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n'
  const build = '[build-system]\nrequires = ["setuptools"]\n'

  test.each<[what: string, files: Files, processes: Record<string, string>]>([
    ['the package setup.py names', { 'setup.py': setup(''), 'my_shop/__main__.py': '' }, { web: 'python -m my_shop' }],
    [
      'its wsgi.py',
      { 'setup.py': setup(''), 'requirements.txt': 'django==5.2\n', 'my_shop/wsgi.py': wsgi },
      { wsgi: 'my_shop.wsgi:application' },
    ],
    [
      'what setup.cfg requires',
      { 'setup.cfg': cfg, 'setup.py': 'setup()\n', 'web/__init__.py': '', 'web/app.py': 'app = make_app()\n' },
      { wsgi: 'web.app:app' },
    ],
    [
      'the command that setup.py calls as it calls the project',
      {
        'setup.py':
          "setup(**{'name': 'bot', 'entry_points': {'console_scripts': ['bot = bot.run:run', 'bot_windows = bot.windows:run']}})\n",
      },
      { web: 'bot' },
    ],
    ['a program that is copied', { 'setup.py': setup("scripts=['bin/shopd']") }, { web: 'shopd' }],
    [
      'setup.cfg beside what builds it',
      { 'setup.cfg': cfg, 'pyproject.toml': build, 'my_shop/__init__.py': 'app = Flask(__name__)\n' },
      { wsgi: 'my_shop:app' },
    ],
  ])('are started by %s', async (_what, files, processes) => {
    expect((await planOf('python', files)).processes).toEqual(processes)
    expect(await verdictOf('python', files)).toMatchObject({ accepted: true })
  })

  test('are installed beside their requirements where only their command starts them', async () => {
    const files = {
      'setup.py': setup("entry_points={'console_scripts': ['my.shop=lib:main']}"),
      'requirements.txt': 'requests==2.32.0\n',
      'lib/__init__.py': 'def main(): serve(int(os.environ.get("PORT", 5000)))\n',
    }
    const { phases, processes, warnings } = await planOf('python', files)
    expect(phases).toMatchObject({
      install: { cmds: ['.venv/bin/pip install -r requirements.txt'], onlyIncludeFiles: ['requirements.txt'] },
      build: { cmds: ['.venv/bin/pip install --no-deps .'] },
    })
    expect({ processes, warnings }).toEqual({ processes: { web: 'my.shop' }, warnings: [] })
    const withFile = await planOf('python', { ...files, 'app.py': 'import http.server\n' })
    expect([withFile.phases['build'], withFile.processes]).toEqual([undefined, { web: 'python app.py' }])
  })

  test.each([
    ['ctl=lib:ctl', 'my-shopd=lib:serve', 'my-shopd'],
    ['ctl=lib:ctl', 'shop-server=lib:serve', 'shop-server'],
    ['shop-web=lib:ctl', 'shop-server=lib:serve', undefined],
  ])('with the commands %s and %s are started by %s', async (one, two, web) => {
    const files = { 'setup.py': setup(`entry_points={'console_scripts': ['${one}', '${two}']}`) }
    expect((await planOf('python', files)).processes['web']).toBe(web)
  })

  test('with documentation in their root are no site of it where they bring a server', async () => {
    const files = (dependency: string): Files => ({
      'conf.py': "project = 'shop'\nextensions = []\n",
      'pyproject.toml': `${build}[project]\nname = "shop"\ndependencies = ["${dependency}"]\n[project.scripts]\nshop = "shop.cli:main"\nctl = "shop.cli:ctl"\n`,
    })
    expect(await verdictOf('python', files('falcon>=3'))).toMatchObject({ accepted: true })
    expect(await verdictOf('site', files('falcon>=3'))).toMatchObject({ accepted: false })
    expect(await verdictOf('site', files('click>=8'))).toMatchObject({ accepted: true })
  })

  test('that are not installed say which file their command is of', async () => {
    const files = {
      'setup.cfg': '[options.entry_points]\nconsole_scripts =\n  ctl=lib.cli:main\n',
      'requirements.txt': 'requests==2.32.0\n',
    }
    expect((await planOf('python', files)).warnings).toEqual([
      expect.stringMatching(
        /^No start command found: the command ctl of setup\.cfg exists only once .* Write `\.` as a line of requirements\.txt/,
      ),
    ])
  })

  test('setup.cfg of a linter makes no project of pyproject.toml', async () => {
    const files = { 'setup.cfg': '[flake8]\nmax-line-length = 100\n', 'pyproject.toml': build }
    expect(await verdictOf('python', files)).toMatchObject({ accepted: false })
  })
})

describe('an application that', () => {
  const browser = (words: string): Files => ({
    'setup.py':
      "setup(name='db-browser', install_requires=['flask'], entry_points={'console_scripts': ['browse = db_browser.web:main']})\n",
    'db_browser/__init__.py': '',
    'db_browser/web.py': `from flask import Flask\n${words}app = Flask(__name__)\ndef main():\n    open_database()\n    app.run()\n`,
  })

  test('a command serves, which reads words first, is started by the command', async () => {
    const { processes, warnings } = await planOf('python', browser('import optparse\n'))
    expect(processes).toEqual({ web: 'browse' })
    expect(warnings).toEqual([expect.stringContaining('Nothing shows that `browse` listens')])
    expect((await planOf('python', browser(''))).processes).toEqual({ wsgi: 'db_browser.web:app' })
  })

  test('another file makes with a factory is the one', async () => {
    const files = {
      'requirements.txt': 'werkzeug==3.1.0\n',
      'pyproject.toml': '[project]\nname = "talk"\n',
      'talk/__init__.py': 'def make_app(conf=None):\n    pass\n',
      'talk/run.py': 'from talk import make_app, config\napplication = make_app(config.load())\n',
    }
    expect((await planOf('python', files)).processes).toEqual({ wsgi: 'talk.run:application' })
  })

  test('is called application in the usual file is served, where a framework of WSGI is there', async () => {
    const files = (requirement: string): Files => ({ 'requirements.txt': `${requirement}\n`, 'app.py': 'application = main(settings)\n' })
    expect((await planOf('python', files('pyramid==2.0.2'))).processes).toEqual({ wsgi: 'app:application' })
    expect((await planOf('python', files('tornado==6.5'))).processes).toEqual({ worker: 'python app.py' })
  })
})
