import { describe, expect, it } from 'vitest'
import { programsOf, requiredProgramOf } from '../src/command-words.ts'

describe('programsOf', () => {
  it.each([
    ['npm ci', ['npm']],
    ['cd web && NODE_ENV=production npm ci; vite build', ['npm', 'vite']],
    ['python3 -m venv .venv\n.venv/bin/pip install -r requirements.txt', ['python3', '.venv/bin/pip']],
    ['echo \'npm; ci\' "a && b" | tee log', ['tee']],
    ['env FOO=1 uv sync --frozen || pip install .', ['uv', 'pip']],
    ['npm run build # then deploy', ['npm']],
    ['$TOOL build', []],
    ['if [ -f x ]; then make all; fi', ['make']],
    ['(cd a; go build ./...)', ['go']],
    ["sh -c 'rm -rf x'", ['sh']],
    ['npm ci --a \\\n --b && npm test', ['npm']],
    ['', []],
  ])('finds the programs of %j', (line, programs) => {
    expect(programsOf(line)).toEqual(programs)
  })
})

describe('requiredProgramOf', () => {
  it.each([
    ['npm ci', 'npm'],
    ['NODE_ENV=x npm ci && true', 'npm'],
    ['uv sync || pip install .', undefined],
    ['cd web && npm ci', undefined],
    ['if command -v yarn; then yarn; fi', undefined],
    ['"$PYTHON" -m venv .venv', undefined],
    ['', undefined],
  ])('says what %j cannot do without', (line, program) => {
    expect(requiredProgramOf(line)).toBe(program)
  })
})
