/** PHP apps whose source is not all they need: what is missing is said before they answer with an error. */
import type { Files } from '@hop3/testing'
import { describe, expect, it, test } from 'vitest'
import { planOf } from './plan-app.ts'

const index = { 'index.php': '<?php echo "shop";\n' }
const warningsOf = async (files: Files): Promise<readonly string[]> => (await planOf('php', { ...index, ...files })).warnings ?? []

describe('a sample of a configuration that is not there', () => {
  it.each([
    ['config/config.inc.php.sample', 'config/config.inc.php'],
    ['config.php-dist', 'config.php'],
    ['include/config.php.dist', 'include/config.php'],
    ['config.sample.inc.php', 'config.inc.php'],
    ['wp-config-sample.php', 'wp-config.php'],
    ['conf/local.php.dist', 'conf/local.php'],
  ])('is warned of: %s', async (sample, target) => {
    const said = expect.stringContaining(`${sample} is a sample of ${target}, which is not in the source`)
    expect(await warningsOf({ [sample]: '<?php\n' })).toContainEqual(said)
    expect(await warningsOf({ [sample]: '<?php\n', [target]: '<?php\n' })).not.toContainEqual(said)
  })

  it.each(['phpunit.xml.dist', 'phpunit.config.dist.php', '.php-cs-fixer.dist.php', 'robots.php.dist', 'sample/config.php.dist'])(
    'is not what %s is',
    async (name) => {
      expect(await warningsOf({ [name]: '<?php\n' })).toEqual([])
    },
  )

  it.each([
    ["$config['db_dsnw'] = 'mysql://shop:pass@localhost/shop';", ['php-mysql']],
    ["$database_type = 'mysql';", ['php-mysql']],
    ["// 'pgsql' or 'mysql'\n$type = 'pgsql';", ['php-pgsql']],
    ["$type = 'sqlite3';", ['php-sqlite3']],
    ["// $type = 'mysql';", undefined],
  ])('brings the extension of the database it is for: %s', async (line, aptPkgs) => {
    const plan = await planOf('php', { ...index, 'config/config.php.dist': `<?php\n${line}\n` })
    expect(plan.phases['setup']?.aptPkgs).toEqual(aptPkgs)
    const origin = plan.decisions.find(({ key }) => key === 'php.extensions')?.origin
    expect(origin).toBe(aptPkgs && 'config/config.php.dist')
  })

  it('brings none where composer.json names another', async () => {
    const composer = JSON.stringify({ require: { 'ext-pgsql': '*' } })
    const plan = await planOf('php', { ...index, 'composer.json': composer, 'config.php.dist': "<?php $type = 'mysql';\n" })
    expect(plan.phases['setup']?.aptPkgs).toEqual(['php-pgsql'])
  })
})

test('a template of composer.json is no composer.json, and that is said', async () => {
  expect(await warningsOf({ 'composer.json-dist': '{}' })).toContainEqual(expect.stringContaining('composer.json-dist is not read'))
  expect(await warningsOf({ 'composer.json-dist': '{}', 'composer.json': '{}' })).toEqual([])
})

test('packages that Composer was to load and that were left out are named', async () => {
  const files = {
    'vendor/autoload.php': '<?php\n',
    'vendor/composer/autoload_files.php':
      "<?php\nreturn array(\n    'a' => $vendorDir . '/shop/money/functions.php',\n    'b' => $vendorDir . '/shop/tax/tax.php',\n);\n",
    'vendor/shop/money/functions.php': '<?php\n',
  }
  expect(await warningsOf(files)).toContainEqual(expect.stringContaining('loads vendor/shop/tax/tax.php, which is not in the source'))
  expect(await warningsOf({ ...files, 'vendor/shop/tax/tax.php': '<?php\n' })).toEqual([])
  expect(await warningsOf({ ...files, 'composer.json': '{}' })).toEqual([])
})
