/** PHP apps as people have them. `composer create-project` takes its templates from Packagist, which the test machines do not reach. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 120_000
const execute = promisify(execFile)

const host = machineOfFile()

it.skipIf(lacks('composer', 'php'))('an app of `composer init` answers, with its classes loaded', { timeout }, async () => {
  const source = await sourceOf('init-app', {
    'src/Greeter.php': '<?php\nnamespace Me\\Hello;\nclass Greeter { public function greet(): string { return "Hello from Composer"; } }\n',
    'public/index.php': '<?php\nrequire __DIR__ . "/../vendor/autoload.php";\necho (new Me\\Hello\\Greeter())->greet();\n',
  })
  await execute('composer', ['init', '--no-interaction', '--name=me/hello', '--type=project', '--autoload=src/'], { cwd: source })
  const app = await deployUnchanged(host.machine, source)
  expect(await app.get('/any/path')).toEqual({ status: 200, body: 'Hello from Composer' })
})

it.skipIf(lacks('php'))(
  'a site that is its own document root answers like WordPress, and shows nobody what it is made of',
  { timeout },
  async () => {
    const source = await sourceOf('press', {
      'index.php': "<?php\ndefine('WP_USE_THEMES', true);\nrequire __DIR__ . '/wp-blog-header.php';\n",
      'wp-blog-header.php':
        '<?php\nrequire_once __DIR__ . "/wp-load.php";\necho "page ", $_SERVER["REQUEST_URI"], " by ", $_SERVER["PHP_SELF"];\n',
      'wp-load.php': '<?php\nrequire_once __DIR__ . "/wp-config.php";\n',
      'wp-config.php': "<?php\ndefine('DB_PASSWORD', 'hunter2');\n",
      'wp-login.php': '<?php\necho "log in";\n',
      'wp-admin/index.php': '<?php\necho "admin";\n',
      'wp-content/themes/plain/style.css': 'body {}',
      '.htaccess': 'RewriteEngine On\n',
      'wp-content/debug.log': 'hunter2',
    })
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/2024/05/a-post/')).toEqual({ status: 200, body: 'page /2024/05/a-post/ by /index.php' })
    expect(await app.get('/wp-login.php')).toEqual({ status: 200, body: 'log in' })
    expect(await app.get('/wp-admin')).toEqual({ status: 200, body: 'admin' })
    expect(await app.get('/wp-content/themes/plain/style.css')).toEqual({ status: 200, body: 'body {}' })
    expect(await app.get('/wp-config.php')).toEqual({ status: 200, body: '' })
    for (const path of ['/.htaccess', '/wp-content/debug.log']) expect(await app.get(path)).toEqual({ status: 404, body: 'Not found' })
  },
)

async function sourceOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const source = join(host.machine.directory, name)
  await mkdir(source)
  await writeAll(source, files)
  return source
}
