import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { commands } from '../src/commands.ts'
import { bashCompletion } from '../src/completion/bash.ts'
import { fishCompletion } from '../src/completion/fish.ts'
import { zshCompletion } from '../src/completion/zsh.ts'

const isMissing = (shell: string): boolean => {
  const missing = spawnSync(shell, ['-c', 'true']).error !== undefined
  if (missing && process.env['HOP3_REQUIRE'] === 'all') throw new Error(`${shell} is required: apt-get install ${shell}`)
  return missing
}

describe('bash', () => {
  /** Loads the script and asks it what may follow the words; the last word is the one being typed. */
  function complete(...words: readonly string[]): readonly string[] {
    const line = ['hop3', ...words].map((word) => `'${word}'`).join(' ')
    const script = `hop3() { [[ $* == 'completion apps' ]] && printf 'blog\\nshop\\n'; }
${bashCompletion(commands)}
COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _hop3; printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['--norc', '-euc', script], { encoding: 'utf8', cwd: import.meta.dirname })
      .split('\n')
      .filter(Boolean)
  }

  test('commands', () => {
    expect(complete('')).toEqual(expect.arrayContaining([...commands.map((command) => command.name), 'help', '--version']))
    expect(complete('de')).toEqual(['detect', 'deploy', 'destroy'])
    expect(complete('--json', 'ro')).toEqual(['rollback'])
  })

  test('options of the command', () => {
    expect(complete('deploy', '--wa')).toEqual(['--wait'])
    expect(complete('logs', 'blog', '--fo')).toEqual(['--follow'])
  })

  test('apps, words, directories', () => {
    expect(complete('ps', '')).toEqual(['blog', 'shop'])
    expect(complete('env', 's')).toEqual(['set'])
    expect(complete('env', 'set', 'b')).toEqual(['blog'])
    expect(complete('maintenance', '')).toEqual(['on', 'off'])
    expect(complete('maintenance', 'on', '')).toEqual(['blog', 'shop'])
    expect(complete('deploy', 'ren')).toEqual(['render'])
    expect(complete('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })
})

describe.skipIf(isMissing('zsh'))('zsh (apt-get install zsh)', () => {
  test('the script loads and registers itself', () => {
    const script = `autoload -U compinit; compinit -u -D; ${zshCompletion(commands)}
print -r -- "$_comps[hop3]"; whence -w _hop3`
    expect(execFileSync('zsh', ['-fc', script], { encoding: 'utf8' }).trim()).toBe('_hop3\n_hop3: function')
  })
})

describe.skipIf(isMissing('fish'))('fish (apt-get install fish)', () => {
  test('the script loads and completes', () => {
    const script = `${fishCompletion(commands)}\ncomplete -C 'hop3 de'`
    const offered = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' }).trim().split('\n')
    expect(offered.map((line) => line.split('\t')[0])).toEqual(['deploy', 'destroy', 'detect'])
  })
})
