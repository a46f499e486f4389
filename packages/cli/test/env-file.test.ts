import { isHop3Error, type Hop3Error } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { parseEnvFile } from '../src/env-file.ts'

describe('what a line means', () => {
  test.each([
    ['DB_PASSWORD=abc#def', 'abc#def'],
    ['A=a\\nb', 'a\\nb'],
    ['A=a"b\'c', 'a"b\'c'],
    ['A=$B and ${C} `d`', '$B and ${C} `d`'],
    ['A=', ''],
    ['A=b=c', 'b=c'],
    ['  export A=b', 'b'],
    ['A=b\r', 'b'],
    ['A="two words # and more"', 'two words # and more'],
    ["A=' a\\nb '", ' a\\nb '],
    ['A="x" # a comment', 'x'],
    ['A = "x"', 'x'],
    ['A="-----BEGIN\nabc=\n-----END"', '-----BEGIN\nabc=\n-----END'],
    ["A='b\n# c'", 'b\n# c'],
    ['A="b\r\nc"\r', 'b\r\nc'],
    ['A=b\r', 'b'],
  ])('%j', (line, value) => {
    expect(parseEnvFile(`# first\n\n${line}\nLAST=1\n`, '.env')).toEqual({
      ...(line.includes('DB_') ? { DB_PASSWORD: value } : { A: value }),
      LAST: '1',
    })
  })

  test('the last of two counts, and a name may be one of every object', () => {
    expect(parseEnvFile('A=1\nA=2\nconstructor=3', '.env')).toEqual({ A: '2', constructor: '3' })
  })
})

describe('what is refused', () => {
  test.each([
    ['A=secret # a comment', '.env:2: the value of A has a # after a blank, which many take for a comment.'],
    ['A= secret', '.env:2: there are blanks around the value of A.'],
    ['A=secret\t', '.env:2: there are blanks around the value of A.'],
    ['A="secret\\n"', '.env:2: the value of A has a backslash between double quotes, which not everybody reads alike.'],
    ['A="secret', '.env:2: the quote before the value of A is not closed.'],
    ['A="secret"secret', '.env:2: something follows the closing quote of A.'],
    ['secret', '.env:2: this is no NAME=value line.'],
    ['=secret', '.env:2: this is no NAME=value line.'],
  ])('%j, without showing the value', (line, message) => {
    const error = problemOf(`B=1\n${line}`)
    expect(error).toMatchObject({ code: 'usage.env-file', message, hint: expect.any(String) })
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain('secret')
  })
})

function problemOf(text: string): Hop3Error {
  try {
    parseEnvFile(text, '.env')
  } catch (error) {
    if (isHop3Error(error)) return error
    throw error
  }
  return expect.fail('it was taken')
}
