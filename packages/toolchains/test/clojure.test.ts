import { testToolchain } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { readForms } from '../src/clojure/forms.ts'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

const main = '(ns shop.core (:require [ring.adapter.jetty :as jetty]) (:gen-class))\n(defn -main [& args])\n'
const core = { 'src/shop/core.clj': main }
const project = (pairs: string): { 'project.clj': string } => ({ 'project.clj': `(defproject com.example/shop "1.0"\n  ${pairs})\n` })

testToolchain({
  factory: toolchainNamed('clojure'),
  accepts: { ...project(':main shop.core'), ...core },
  rejects: { ...project(':dependencies []'), 'src/shop/names.clj': '(ns shop.names)\n' },
  contradicts: { 'project.clj': '(defproject shop "1.0"\n  :main shop.core' },
})

describe('Leiningen', () => {
  test('makes one jar, and fetches by project.clj alone', async () => {
    const { kind, phases, processes, decisions, warnings } = await planOf('clojure', { ...project(':main shop.core'), ...core })
    expect({ kind, processes, warnings }).toEqual({
      kind: 'clojure',
      processes: { web: 'java $JAVA_OPTS -jar target/shop-1.0-standalone.jar' },
      warnings: [],
    })
    expect(phases).toEqual({
      install: {
        cmds: ['lein with-profile uberjar deps', 'mkdir -p .hop3-tools && touch .hop3-tools/lein'],
        onlyIncludeFiles: ['project.clj'],
        cacheDirectories: ['~/.m2/repository', '~/.lein'],
        variables: { LEIN_ROOT: '1' },
        outputs: ['.hop3-tools/lein'],
      },
      build: {
        cmds: ['lein uberjar'],
        cacheDirectories: ['~/.m2/repository', '~/.lein'],
        variables: { LEIN_ROOT: '1' },
        outputs: ['target/shop-1.0-standalone.jar'],
      },
    })
    expect(decisions).toEqual([{ key: 'clojure.start', value: 'shop.core', origin: 'project.clj:2' }])
  })

  const aot = ':main ^:skip-aot shop.core :profiles {:uberjar {:aot :all}}'
  test.each([
    ['the name in the profile', ':main shop.core :uberjar-name "a.jar" :profiles {:uberjar {:uberjar-name "b.jar"}}', 'target/b.jar'],
    ['a directory by profile', `${aot} :target-path "target/%s/"`, 'target/uberjar/shop-1.0-standalone.jar'],
    [
      'a comment and what is taken out',
      ':main shop.core ; :uberjar-name "a.jar"\n #_:uberjar-name #_"c.jar"',
      'target/shop-1.0-standalone.jar',
    ],
  ])('names the jar by %s', async (_what, pairs, jar) => {
    const plan = await planOf('clojure', { ...project(pairs), ...core })
    expect(plan.processes).toEqual({ web: `java $JAVA_OPTS -jar ${jar}` })
    expect(plan.phases['build']?.outputs).toEqual([jar])
  })

  test.each([
    ['an expression', '(-> "VERSION" slurp .trim) :main shop.core'],
    ['the reader', '#=(slurp "VERSION") :main shop.core'],
    ['an unquoted name', '"1.0" :main shop.core :uberjar-name ~(str "a-" (slurp "VERSION") ".jar")'],
  ])('takes the largest jar where %s makes its name, and then fetches with the build', async (_what, text) => {
    const { processes, phases, decisions } = await planOf('clojure', {
      'project.clj': `(defproject shop ${text})\n`,
      VERSION: '1.2',
      ...core,
    })
    expect(processes).toEqual({ web: 'java $JAVA_OPTS -jar "$(ls -S target/*.jar target/*/*.jar 2>/dev/null | head -n 1)"' })
    expect(Object.keys(phases)).toEqual(['build'])
    expect(phases['build']?.outputs).toEqual(['target'])
    expect(decisions).toContainEqual(expect.objectContaining({ key: 'clojure.install' }))
  })

  const byClojure = 'java $JAVA_OPTS -cp target/shop-1.0-standalone.jar clojure.main -m shop.core'
  test.each([
    ['nothing compiles it', ':main ^:skip-aot shop.core', main, byClojure],
    ['it makes no class', ':main shop.core', '(ns shop.core)\n(defn -main [])\n', byClojure],
    ['only its -main says so', ':dependencies []', main, byClojure],
    ['its profile compiles it', aot, main, 'java $JAVA_OPTS -jar target/shop-1.0-standalone.jar'],
    ['a list compiles it', ':main ^:skip-aot shop.core :aot [shop.core]', main, 'java $JAVA_OPTS -jar target/shop-1.0-standalone.jar'],
  ])('starts a namespace as it can be: %s', async (_what, pairs, text, web) => {
    expect((await planOf('clojure', { ...project(pairs), 'src/shop/core.clj': text })).processes).toEqual({ web })
  })

  test('lein-ring makes its own jar', async () => {
    const { phases, decisions } = await planOf('clojure', project(':plugins [[lein-ring "0.12.6"]]\n:ring {:handler shop.handler/app}'))
    expect(phases['build']?.cmds).toEqual(['lein ring uberjar'])
    expect(decisions).toEqual([{ key: 'clojure.start', value: 'lein-ring', origin: 'project.clj:3' }])
  })

  test('private repositories are asked with secrets, and the oldest Leiningen is told', async () => {
    const repositories =
      '[["private" {:url "https://example.com" :username :env/shop_user :password :env/shop-token}] ["x" {:username :env}]]'
    const { phases, decisions } = await planOf('clojure', {
      ...project(`:main shop.core\n:min-lein-version "2.9.1"\n:repositories ${repositories}`),
      ...core,
    })
    const secrets = ['LEIN_PASSPHRASE', 'LEIN_PASSWORD', 'LEIN_USERNAME', 'SHOP_TOKEN', 'SHOP_USER']
    expect(phases).toMatchObject({ install: { secrets }, build: { secrets } })
    expect(decisions).toContainEqual({ key: 'clojure.leiningen', value: '>=2.9.1', origin: 'project.clj:3' })
  })
})

describe('the Clojure CLI', () => {
  const deps = (aliases: string): { 'deps.edn': string } => ({ 'deps.edn': `{:paths ["src" "resources"]\n :aliases {${aliases}}}\n` })
  const build = '(ns build)\n(def uber-file (format "target/%s.jar" "x"))\n(defn clean [_])\n(defn uber [_] (b/uber {:main \'shop.core}))\n'
  const withLibraries = `clojure -Sdeps '{:mvn/local-repo ".hop3-tools/m2"}'`

  test('makes a jar by build.clj', async () => {
    const { phases, processes } = await planOf('clojure', { ...deps(':build {:ns-default build}'), 'build.clj': build })
    expect(phases).toMatchObject({
      install: { cmds: ['clojure -P', 'clojure -P -T:build', expect.any(String)], onlyIncludeFiles: ['deps.edn'] },
      build: { cmds: ['clojure -T:build uber'], outputs: ['target'], cacheDirectories: ['~/.m2/repository', '~/.gitlibs'] },
    })
    expect(processes['web']).toContain('java $JAVA_OPTS -jar "$(ls -S target/')
  })

  test('knows the jar that build.clj names, and starts a namespace in one that says nothing', async () => {
    const text = '(def uber-file "target/app.jar")\n(defn uberjar [_])\n'
    const plan = await planOf('clojure', { ...deps(':build {}'), 'build.clj': text, ...core })
    expect(plan.phases['build']).toMatchObject({ cmds: ['clojure -T:build uberjar'], outputs: ['target/app.jar'] })
    expect(plan.processes).toEqual({ web: 'java $JAVA_OPTS -cp target/app.jar clojure.main -m shop.core' })
  })

  test.each([
    ['an alias with options', ':test {:main-opts ["-m" "tests"]} :run {:main-opts ["-m" "shop.core"]}', '-M:run', 'deps.edn:2'],
    ['an alias with a function', ':run-x {:exec-fn shop.core/start}', '-X:run-x', 'deps.edn:2'],
    ['the only namespace with a -main', ':dev {}', '-M -m shop.core', 'src/shop/core.clj'],
    ['no build.clj that makes no jar', ':build {}', '-M -m shop.core', 'src/shop/core.clj'],
  ])('runs from source: %s', async (_what, aliases, words, origin) => {
    const { phases, processes, decisions, runtime } = await planOf('clojure', { ...deps(aliases), 'build.clj': '(ns build)\n', ...core })
    expect(processes).toEqual({ web: `${withLibraries} ${words}` })
    expect(phases).toEqual({
      install: {
        cmds: ['mkdir -p .hop3-tools/m2 .hop3-tools/gitlibs', `${withLibraries} -P ${words}`],
        variables: { GITLIBS: '.hop3-tools/gitlibs' },
        outputs: ['.hop3-tools/m2', '.hop3-tools/gitlibs'],
        onlyIncludeFiles: ['deps.edn'],
      },
    })
    expect(runtime).toEqual({ envPaths: { GITLIBS: '.hop3-tools/gitlibs' } })
    expect(decisions).toEqual([expect.objectContaining({ key: 'clojure.start', origin })])
  })

  test('of several aliases that say "this one", the other ones are announced', async () => {
    const { processes, warnings } = await planOf('clojure', deps(':run {:main-opts []} :serve {:main-opts []}'))
    expect(processes['web']).toContain('-M:serve')
    expect(warnings).toEqual(['The alias :serve is started, not :run: [build.clojure] alias = "…" decides.'])
  })

  test('fetches with the build where a library lies in the app', async () => {
    const files = { 'deps.edn': '{:deps {shop/names {:local/root "names"}} :aliases {:serve {:main-opts ["-m" "shop.core"]}}}' }
    expect(Object.keys((await planOf('clojure', files)).phases)).toEqual(['build'])
  })

  test.each([
    [{ alias: 'gone' }, 'config.clojure.alias', ':run'],
    [{ task: 'gone' }, 'config.clojure.task', 'clean, uber'],
    [{ buildTool: 'lein' }, 'config.clojure.no-build', 'project.clj'],
  ])('%j is an error that says what there is', async (options, code, hint) => {
    const files = { ...deps(':build {} :run {:main-opts ["-m" "x"]}'), 'build.clj': build }
    await expect(planOf('clojure', files, { options })).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) })
  })

  test('is taken beside a project.clj only when asked for', async () => {
    const files = { ...deps(':serve {:main-opts ["-m" "shop.core"]}'), ...project(':main shop.core'), ...core }
    expect((await planOf('clojure', files)).warnings).toEqual([expect.stringContaining('build_tool = "cli" takes the other')])
    expect((await planOf('clojure', files, { options: { buildTool: 'cli', alias: ':serve' } })).processes['web']).toContain('-M:serve')
  })
})

test('several namespaces with a -main are an error that lists them, and an option decides', async () => {
  const files = { 'deps.edn': '{}', 'src/shop/core.clj': main, 'src/com/example/shop/server.clj': main.replace('core', 'server') }
  expect(await verdictOf('clojure', files)).toMatchObject({ accepted: true })
  await expect(planOf('clojure', files)).rejects.toMatchObject({
    code: 'config.clojure.several-mains',
    message: expect.stringContaining('com.example.shop.server (src/com/example/shop/server.clj)'),
    hint: expect.stringContaining('[build.clojure]\nmain = "shop.core"'),
  })
  expect((await planOf('clojure', files, { options: { main: 'shop.core' } })).processes['web']).toMatch(/ -M -m shop\.core$/)
})

test.each([
  ['ClojureScript with tests', { 'deps.edn': '{:aliases {:test {:main-opts ["-m" "tests"]}}}', 'src/shop/core.cljs': main }],
  ['a library', { 'deps.edn': '{:deps {}}', 'build.clj': '(defn jar [_])\n' }],
])('%s is left to others', async (_what, files) => {
  expect(await verdictOf('clojure', files)).toMatchObject({ accepted: false, reason: expect.stringContaining('nothing that starts') })
})

test('Java is asked for as in Java apps', async () => {
  const files = { ...project(':main shop.core'), ...core }
  expect((await planOf('clojure', { ...files, 'system.properties': 'java.runtime.version=21\n' })).versions).toEqual({
    java: { version: '21', origin: 'system.properties:1' },
  })
  await expect(planOf('clojure', { ...files, '.java-version': '17', '.tool-versions': 'java temurin-21' })).rejects.toMatchObject({
    code: 'config.java.version-conflict',
  })
})

test('a port that no variable changes is warned of', async () => {
  const text = '(ns shop.core (:gen-class))\n(defn -main []\n  (jetty/run-jetty app {:join? false :port 3000}))\n'
  const warningsOf = async (one: string): Promise<readonly string[]> =>
    (await planOf('clojure', { ...project(':main shop.core'), 'src/shop/core.clj': one })).warnings
  expect(await warningsOf(text)).toEqual([expect.stringMatching(/^src\/shop\/core\.clj:3 listens on port 3000, .*System\/getenv "PORT"/)])
  expect(await warningsOf(text.replace('3000', '(env :port)'))).toEqual([])
})

describe("Clojure's notation", () => {
  const shown = (text: string): string =>
    JSON.stringify(readForms('a.edn', text).map(({ kind, text: word, marks, items }) => [kind, word, marks, items.length]))

  test.each([
    [
      '"a\\n\\"b" :c, d/e-f? 1.5',
      [
        ['text', 'a\n"b', [], 0],
        ['word', ':c', [], 0],
        ['word', 'd/e-f?', [], 0],
        ['word', '1.5', [], 0],
      ],
    ],
    ['^:a ^{:b true :c false} x', [['word', 'x', ['b', 'a'], 0]]],
    ['#_ #_ a b c #_(d [e]) ; f', [['word', 'c', [], 0]]],
    [
      '#"\\d\\"(" \\( \\space #inst "2020" ~(a) #(b) #?(:clj c) #:d{:e 1}',
      Array.from({ length: 8 }, (_, index) => ['code', index === 3 ? '2020' : '', [], index]),
    ],
    [
      "#{a b} {c d} [] (e')",
      [
        ['set', '', [], 2],
        ['map', '', [], 2],
        ['vector', '', [], 0],
        ['list', '', [], 1],
      ],
    ],
  ])('%s', (text, expected) => {
    const counts = expected.map(([kind, word, marks, count]) => (kind === 'code' ? [kind, word, marks] : [kind, word, marks, count]))
    expect(JSON.parse(shown(text)).map((one: unknown[]) => (one[0] === 'code' ? one.slice(0, 3) : one))).toEqual(counts)
  })

  test.each([
    ['(a\n[b)', 'a.edn:2 has a ) that closes nothing.'],
    ['\n{:a', 'a.edn:2 has a { that nothing closes.'],
    ['"a', 'a.edn:1 has a "\\"a" that does not end.'],
    ['('.repeat(200), 'a.edn:1 is deeper than 100 levels.'],
  ])('%s is an error', (text, message) => {
    expect(() => readForms('a.edn', text)).toThrow(expect.objectContaining({ code: 'config.clojure.syntax', message }))
  })

  test('of megabytes is read at once', () => {
    expect(readForms('a.edn', `"${'\\"'.repeat(1_000_000)}"`)).toHaveLength(1)
    expect(() => readForms('a.edn', '[a "b" ^:c d]'.repeat(100_000))).toThrow(/has more than 50000 words/)
  })
})
