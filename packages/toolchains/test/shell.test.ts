import { testToolchain } from '@hop3/testing'
import { expect, test } from 'vitest'
import { planOf, toolchainNamed, verdictOf } from './plan-app.ts'

testToolchain({
  factory: toolchainNamed('shell'),
  accepts: { 'start.sh': '#!/bin/sh\nexec true\n' },
  rejects: { 'build.sh': '#!/bin/sh\n' },
})

test.each([
  ['#!/bin/sh\n', 'sh start.sh'],
  ['#!/bin/bash -eu\n', 'bash -eu start.sh'],
  ['#! /usr/bin/env bash\r\n', 'bash start.sh'],
  ['#!/usr/bin/env -S deno run --allow-net\n', 'deno run --allow-net start.sh'],
  ['#!/usr/bin/env python3\n', 'python3 start.sh'],
  ['#!/usr/bin/env\n', 'sh start.sh'],
  ['echo hello\n', 'sh start.sh'],
  ['', 'sh start.sh'],
  ['#!/bin/sh;reboot $(id)\n', "'sh;reboot' '$(id)' start.sh"],
])('%j is started by its own interpreter', async (text, command) => {
  const { processes, kind } = await planOf('shell', { 'start.sh': text })

  expect(processes).toEqual({ web: command })
  expect(kind).toBe('shell')
})

test('run.sh will do, start.sh goes first, and an option before both', async () => {
  const files = { 'start.sh': '', 'run.sh': '', 'bin/my serve.sh': '#!/bin/dash\n' }
  expect((await planOf('shell', { 'run.sh': '' })).processes).toEqual({ web: 'sh run.sh' })
  expect((await planOf('shell', files)).processes).toEqual({ web: 'sh start.sh' })
  expect((await planOf('shell', files, { options: { script: 'bin/my serve.sh' } })).processes).toEqual({ web: "dash 'bin/my serve.sh'" })
})

test('a script that is named alone makes an app', async () => {
  const change = { options: { script: 'bin/serve' } }
  expect(await verdictOf('shell', { 'bin/serve': '' }, change)).toMatchObject({ accepted: true, evidence: ['bin/serve'] })
})

test.each(['gone.sh', '../start.sh', '/bin/sh'])('the script %s is an error', async (script) => {
  await expect(planOf('shell', { 'start.sh': '' }, { options: { script } })).rejects.toMatchObject({ code: 'config.shell.script' })
})

test('the line ends of Windows are warned of, because a shell takes them for part of its words', async () => {
  expect((await planOf('shell', { 'start.sh': '#!/bin/sh\r\ntrue\r\n' })).warnings).toEqual([expect.stringContaining('dos2unix start.sh')])
})
