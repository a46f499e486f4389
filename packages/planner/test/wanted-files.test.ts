/** The files a provider program asks for. */
import { tempApp } from '@hop3/testing'
import { expect, it } from 'vitest'
import { createSourceView } from '../src/index.ts'
import { wantedFiles } from '../src/providers/wanted-files.ts'

it('are those of its names and patterns', async () => {
  const source = createSourceView(await tempApp({ 'a.zig': '1', 'src/b.zig': '2', 'src/c/d.zig': '3', 'src/e.txt': '4', 'x.{a,b}': '5' }))
  const paths = async (...wanted: string[]): Promise<readonly string[]> => Object.keys(await wantedFiles(source, wanted, 'exec:zig'))
  expect(await paths('**/*.zig')).toEqual(['a.zig', 'src/b.zig', 'src/c/d.zig'])
  expect(await paths('./src/*.zig', 'missing')).toEqual(['src/b.zig'])
  expect(await paths('src/**.zig')).toEqual(['src/b.zig', 'src/c/d.zig'])
  expect(await paths('?.{a,b}')).toEqual(['x.{a,b}'])
})

it('are found soon, whatever the patterns are', async () => {
  const source = createSourceView(await tempApp({ [`${'a'.repeat(200)}/${'a'.repeat(250)}`]: '' }))
  const before = process.threadCpuUsage()
  for (const pattern of ['*a'.repeat(5000), '**a'.repeat(3333), '**/*a/'.repeat(1666)])
    expect(await wantedFiles(source, [`${pattern}b`], 'exec:zig')).toEqual({})
  expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000)
})
