/** Apps of Python: its files are programs, and read by their usual lines. */
import type { LongText } from '@hop3/testing'
import type { LongApp } from './apps.ts'

const units = (...all: readonly string[]): readonly LongText[] => all.map((unit) => ({ unit }))
const blanks = (...openings: readonly string[]): readonly LongText[] =>
  openings.flatMap((opening) => [' ', '\n', '\t'].map((unit) => ({ opening, unit, end: 'x"x' })))

const programs = [
  ...units(
    'a,\n', 'a, ', 'def create_app(\n', 'def create_app(', 'from a import ', 'def a(environ\n', 'async def a(scope\n', 'def a(environ, a', 'a:', 'app: a\n', 'application:',
    'serve(', 'serve(a\n', 'server(', 'run(', 'run((', 'run(port=', 'listen(', 'port=', 'web.run_app(', 'web.run_app(a\n', 'uvicorn.run("', 'import argparse\n', 'from ', 'Flask(', 'a = a.', 'app = a.',
  ), // prettier-ignore
  ...blanks(
    'a',
    'a:',
    'a =',
    'app:',
    'app =',
    'from',
    'from a import',
    'from a import a',
    'def a(',
    'def a(environ,',
    'port',
    'port =',
    'serve(',
    'a = b.server',
    'application',
    'factory',
    'import',
  ),
]

export const pythonApps: readonly LongApp[] = [
  {
    toolchain: 'python',
    files: { 'requirements.txt': 'flask\ngunicorn\n', 'app.py': 'import os\n', 'wsgi.py': 'x = 1\n', '.flaskenv': 'FLASK_APP=app.py\n' },
    long: {
      'app.py': programs,
      'wsgi.py': programs,
      'requirements.txt': [...blanks('a', 'a[', 'a ['), ...units('-r ', '--index-url https://', 'a[', 'a ; ')],
    },
  },
  {
    toolchain: 'python',
    files: { 'requirements.txt': 'aiohttp\n', 'main.py': 'from aiohttp import web\n', '.python-version': '3.12\n', 'runtime.txt': '§' },
    long: { 'main.py': programs },
  },
  {
    toolchain: 'python',
    files: { 'requirements.txt': 'requests\n', 'hello.py': 'import dash\n', '.tool-versions': 'python 3.12\n' },
    long: { 'hello.py': programs },
  },
  {
    toolchain: 'python',
    files: {
      'setup.py': 'from setuptools import setup\nsetup(name="shop")\n',
      'setup.cfg': '[metadata]\nname = shop\n',
      'shop/__init__.py': '',
      'shop/cli.py': 'x = 1\n',
    },
    long: {
      'setup.py': [
        ...units('install_requires=[', 'install_requires=["a",', 'scripts=[', 'scripts=["a', 'console_scripts ', 'name="', 'a = b:c\n'),
        { opening: 'install_requires=[', unit: '"\\' },
        { opening: 'install_requires=[', unit: '"a",', end: ']' },
      ],
      'setup.cfg': [
        ...units('install_requires = a\n', '[options]\n', '[options]\ninstall_requires =\n a\n', 'console_scripts =\n'),
        ...blanks('[options]\ninstall_requires =', '[options]\ninstall_requires'),
      ],
    },
  },
  {
    toolchain: 'python',
    files: {
      'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\nrequires-python = "§"\ndependencies = ["flask"]\n',
      'app.py': 'x = 1\n',
    },
    long: {
      'pyproject.toml': [
        { opening: '>=3.1', unit: ' ', end: 'x' },
        { opening: '>=', unit: ' ', end: 'x' },
        { unit: ' ', end: 'x' },
        { opening: '3', unit: '.1', end: ' x' },
        { unit: '>=3,' },
        { opening: '>=3', unit: '1' },
      ],
    },
  },
  {
    toolchain: 'python',
    files: { 'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\ndependencies = ["§"]\n', 'app.py': 'x = 1\n' },
    long: {
      'pyproject.toml': [
        { opening: 'a', unit: ' ', end: '\\u2028x\\u2028x' },
        { opening: 'a', unit: ' ', end: '[' },
        { opening: 'a [', unit: ' ', end: ']x' },
        { opening: 'a', unit: '-', end: '!' },
        { opening: 'a[b]', unit: ' ', end: 'x' },
      ],
    },
  },
  {
    toolchain: 'python',
    files: {
      'pyproject.toml': '§\n[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = "^3.11"\n',
      'poetry.lock': '',
      'shop/__main__.py': 'x = 1\n',
    },
    deep: { 'pyproject.toml': units('#\n', '\n', ' ') },
  },
  {
    toolchain: 'python',
    files: {
      'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\n[build-system]\nrequires = ["setuptools"]\n[project.scripts]\n§\n',
      'uv.lock': '',
    },
  },
  {
    toolchain: 'python',
    files: {
      Pipfile: '§\n[packages]\nflask = "*"\n[requires]\npython_version = "3.12"\n',
      'app.py': 'x = 1\n',
      'mise.toml': '§\n[tools]\npython = "3.12"\n',
    },
  },
  {
    toolchain: 'python',
    files: {
      'requirements.txt': 'django\n',
      'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
      'shop/settings.py': "BASE_DIR = Path(__file__).resolve().parent.parent\nINSTALLED_APPS = ['django.contrib.staticfiles']\n§",
      'shop/wsgi.py': 'application = 1\n',
      'shop/urls.py': '',
    },
    long: {
      'shop/settings.py': [
        ...blanks(
          'STATIC_ROOT',
          'STATIC_ROOT =',
          'STATIC_ROOT = x',
          'STATIC_ROOT:',
          'STATIC_URL',
          "STATIC_URL = '",
          'BASE_DIR =',
          'WSGI_APPLICATION',
          'environ[',
          'env(',
        ),
        ...units('STATIC_ROOT\n', 'STATIC_ROOT:', 'environ["', 'environ[', "STATIC_URL = '"),
        { opening: "STATIC_ROOT = 'x'\nSTATIC_URL = '", unit: '/', end: "x'" },
        { opening: 'STATIC_ROOT = BASE_DIR', unit: " / 'a'" },
        { opening: 'STATIC_ROOT = BASE_DIR', unit: ' ', end: 'x' },
      ],
      'manage.py': units('os.environ.setdefault("', 'DJANGO_SETTINGS_MODULE ', 'DJANGO_SETTINGS_MODULE", '),
    },
  },
]
