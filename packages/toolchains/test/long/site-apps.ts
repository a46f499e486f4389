/** Sites, by their generators' configurations, and apps of a script, of PHP and of Crystal. */
import type { LongText } from '@hop3/testing'
import type { LongApp } from './apps.ts'

const units = (...all: readonly string[]): readonly LongText[] => all.map((unit) => ({ unit }))
const blanks = (...openings: readonly string[]): readonly LongText[] =>
  openings.flatMap((opening) => [' ', '\n', '\t'].map((unit) => ({ opening, unit, end: 'x"x' })))

export const siteAndScriptApps: readonly LongApp[] = [
  { toolchain: 'static', files: { Staticfile: 'root: public\n', 'index.html': '<html></html>\n' } },
  {
    toolchain: 'static',
    files: { Staticfile: '§' },
    long: { Staticfile: [...blanks('root:', 'root: x', "root: '"), ...units('root:', 'root: "x\n', 'root: #')] },
  },
  { toolchain: 'static', files: { 'index.html': '§' }, long: { 'index.html': units('<script src="', '<base href="') } },
  { toolchain: 'shell', files: { 'start.sh': '#!/bin/sh\nexec ./x\n' } },
  {
    toolchain: 'site',
    files: {
      'hugo.toml': '§\nbaseURL = "x"\ntheme = "a"\n',
      'content/a.md': 'x\n',
      'themes/a/theme.toml': 'min_version = "0.1.0"\n',
      '.gitmodules': '[submodule "a"]\n\tpath = themes/b\n',
      'netlify.toml': '§\n[build.environment]\nHUGO_VERSION = "0.139.0"\n',
      'mise.toml': '§\n[tools]\nhugo = "0.139.0"\n',
    },
    deep: { 'hugo.toml': units('#\n', '\n') },
  },
  {
    toolchain: 'site',
    files: { 'hugo.yaml': '§\ntheme: b\n', 'content/a.md': 'x\n', '.gitmodules': '§[submodule "b"]\n\tpath = themes/b\n' },
    long: { '.gitmodules': units('path = ', 'path = themes/b\n\n') },
  },
  { toolchain: 'site', files: { 'config.toml': 'title = "x"\n', 'content/a.md': 'x\n' }, long: { 'config.toml': units('baseurl\n', '"') } },
  {
    toolchain: 'site',
    files: { '_config.yml': 'title: x\n', Gemfile: 'gem "jekyll"\n', 'index.md': '---\n---\n' },
    long: { Gemfile: units('gem "jekyll', 'gem ') },
  },
  {
    toolchain: 'site',
    files: {
      'mkdocs.yml': 'site_name: x\n',
      'docs/index.md': '# x\n',
      'requirements.txt': 'mkdocs\n',
      '.readthedocs.yaml': 'version: 2\nbuild:\n  tools:\n    python: "3.12"\n',
    },
  },
  {
    toolchain: 'site',
    files: { 'conf.py': "project = 'x'\nextensions = ['furo']\n", 'index.rst': 'x\n' },
    long: {
      'conf.py': [...units('extensions=[\n', 'extensions=["a",\n', 'html_theme="'), ...blanks('extensions', 'extensions =', 'html_theme')],
    },
  },
  {
    toolchain: 'site',
    files: { 'conf.py': '§project = 1\n' },
    long: { 'conf.py': [...units('extensions=[\n', 'extensions=[', 'extensions=["a",', 'project\n')] },
  },
  { toolchain: 'site', files: { 'book.toml': '[book]\ntitle = "x"\n', 'src/SUMMARY.md': '# x\n' } },
  {
    toolchain: 'site',
    files: { 'pelicanconf.py': "SITENAME = 'x'\n", 'content/a.md': 'x\n' },
    long: { 'pelicanconf.py': [...units('THEME = "', 'PLUGINS=[\n', 'OUTPUT_PATH = '), ...blanks('THEME', 'SITENAME')] },
  },
  {
    toolchain: 'crystal',
    files: { 'shard.yml': 'name: shop\nversion: 1\ncrystal: "§"\ntargets:\n  shop:\n    main: src/shop.cr\n', 'src/shop.cr': 'puts 1\n' },
    long: {
      'shard.yml': [
        { unit: ' ', end: 'x' },
        { opening: '>= 1', unit: ' ', end: 'x' },
        { opening: '~>', unit: ' ', end: 'x' },
        { opening: '~> 1', unit: '.1', end: 'x' },
        { unit: ' ,' },
      ],
    },
  },
  {
    toolchain: 'php',
    files: { 'composer.json': '{"require":{"php":"§","ext-pdo":"*"}}', 'index.php': '<?php echo 1;\n', '.php-version': '8.3\n' },
  },
  {
    toolchain: 'php',
    files: {
      'composer.json': '{"require":{"php":">=8.1"},"config":{"vendor-dir":"§"}}',
      'public/index.php': '<?php\n',
      'public/.htaccess': 'RewriteEngine on\n',
      artisan: '',
    },
  },
]
