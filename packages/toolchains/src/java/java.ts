import type { Language } from '../language.ts'
import { acceptJava } from './accept.ts'
import { javaOptions } from './options.ts'
import { planJava } from './plan.ts'

/** Everything that runs on a JVM and is built by Maven, Gradle or sbt: Java, Kotlin and Scala. */
export const java: Language = { name: 'java', options: javaOptions, accept: acceptJava, plan: planJava }
