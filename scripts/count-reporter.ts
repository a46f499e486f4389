import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Ends a run with `N passed, N failed, N skipped`. A file that cannot be loaded and an error outside any test each count as failed. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const count = (state: string) => tests.filter((test) => test.result().state === state).length
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length
    const skipped = tests.length - count('passed') - count('failed')
    console.log(`${count('passed')} passed, ${count('failed') + broken} failed, ${skipped} skipped`)
  }
}
