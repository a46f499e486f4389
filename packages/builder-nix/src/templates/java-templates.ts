/** The templates of apps that run on a JVM. */
import type { ToolchainFacts } from './facts.ts'
import { sriHash } from './sri-hash.ts'
import type { Template } from './templates.ts'
import { toolPackage } from './tool-packages.ts'

export const javaTemplates: Readonly<Record<'java-war' | 'java-gradle' | 'java-maven', Template>> = {
  'java-war': {
    version: 2,
    tier: 3,
    needs: ['url', 'sha256'],
    takes: ['url', 'sha256', 'jdk-package', 'tomcat-package'],
    values: (options) => ({
      url: options.url,
      hash: sriHash(options.sha256 ?? ''),
      jdk: options['jdk-package'] ?? 'jdk',
      tomcat: options['tomcat-package'] ?? 'tomcat10',
    }),
  },
  'java-gradle': {
    version: 1,
    tier: 2,
    needs: [],
    takes: ['jdk-package', 'gradle-package'],
    frame: 'jvm',
    toolchain: 'java',
    values: (options, facts) => ({
      jdk: toolPackage('java', options, facts),
      gradle: options['gradle-package'] ?? 'gradle',
      build: facts.build ?? ['gradle --no-daemon --console=plain assemble'],
      outputs: outputsOf(facts, ['build']),
    }),
    locks: [],
    locksAnywhere: { name: /^(?:(?:build|settings)\.gradle(?:\.kts)?|gradle\.properties|gradle\.lockfile|.*\.versions\.toml)$/ },
    isDownloadedByBuilding: true,
    downloads: /-gradle-[0-9a-f]{12}$/,
  },
  'java-maven': {
    version: 2,
    tier: 2,
    needs: [],
    takes: ['jdk-package', 'maven-package'],
    frame: 'jvm',
    toolchain: 'java',
    values: (options, facts) => ({
      jdk: toolPackage('java', options, facts),
      maven: options['maven-package'] ?? 'maven',
      build: facts.build ?? ['mvn -B -ntp -DskipTests package'],
      outputs: outputsOf(facts, ['target']),
    }),
    locks: [{ file: 'pom.xml', isOptional: false }],
    locksAnywhere: { name: /^(?:pom\.xml|maven\.config|extensions\.xml)$/ },
    isDownloadedByBuilding: true,
    downloads: /-maven-[0-9a-f]{12}$/,
  },
}

function outputsOf({ outputs }: ToolchainFacts, usual: readonly string[]): readonly string[] {
  return outputs.length === 0 ? usual : outputs
}
