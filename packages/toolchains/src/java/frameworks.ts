/** How frameworks are told where to listen. */

export interface Framework {
  readonly name: string
  /** The build plugin that makes something to start: of Maven by artifact, of Gradle by id. */
  readonly maven: string
  readonly gradle: string
  /** System properties, which go before every configuration file. */
  readonly properties: Readonly<Record<string, string>>
}

export const frameworks: readonly Framework[] = [
  {
    name: 'spring-boot',
    maven: 'spring-boot-maven-plugin',
    gradle: 'org.springframework.boot',
    properties: { 'server.port': '$PORT', 'server.address': '$BIND_ADDRESS' },
  },
  {
    name: 'quarkus',
    maven: 'quarkus-maven-plugin',
    gradle: 'io.quarkus',
    properties: { 'quarkus.http.port': '$PORT', 'quarkus.http.host': '$BIND_ADDRESS' },
  },
  {
    name: 'micronaut',
    maven: 'micronaut-maven-plugin',
    gradle: 'io.micronaut.application',
    properties: { 'micronaut.server.port': '$PORT', 'micronaut.server.host': '$BIND_ADDRESS' },
  },
  {
    name: 'helidon',
    maven: 'helidon-maven-plugin',
    gradle: 'io.helidon',
    properties: { 'server.port': '$PORT', 'server.host': '$BIND_ADDRESS' },
  },
]

/** Ktor's own main classes read these; a main function of one's own need not. */
export function ktorArguments(mainClass: string | undefined): string {
  return /^io\.ktor\.server\.\w+\.EngineMain$/.test(mainClass ?? '') ? ' -port=$PORT -host=$BIND_ADDRESS' : ''
}

/** ` -Dserver.port=$PORT …`, empty without a framework. */
export function propertyWords(framework: Framework | undefined): string {
  return Object.entries(framework?.properties ?? {})
    .map(([name, value]) => ` -D${name}=${value}`)
    .join('')
}
