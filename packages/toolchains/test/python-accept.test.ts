import { expect, test } from 'vitest'
import { verdictOf } from './plan-app.ts'

test.each([
  [{ 'requirements.txt': 'flask\n' }, 'requirements.txt lists its dependencies', ['requirements.txt']],
  [{ 'pyproject.toml': '[project]\nname = "x"\n', 'uv.lock': '' }, 'pyproject.toml describes the project', ['pyproject.toml', 'uv.lock']],
  [{ 'pyproject.toml': '[tool.poetry]\nname = "x"\n' }, 'pyproject.toml describes the project', ['pyproject.toml']],
  [{ Pipfile: '[packages]\n' }, 'Pipfile lists its dependencies', ['Pipfile']],
  [{ 'manage.py': '' }, 'manage.py is the entry of a Django project', ['manage.py']],
  [{ 'main.py': '' }, 'main.py is a Python program of the usual name', ['main.py']],
])('%j is a Python app', async (files, reason, evidence) => {
  expect(await verdictOf('python', files)).toEqual({ accepted: true, reason, evidence })
})

test.each([
  [{ 'pyproject.toml': '[tool.ruff]\nline-length = 100\n' }, 'pyproject.toml has neither [project] nor [tool.poetry]'],
  [{ 'tools/requirements.txt': 'flask\n' }, 'no requirements.txt'],
  [{ 'requirement.txt': 'flask\n' }, 'there is no requirements.txt; requirement.txt may be meant to be one'],
  [{ 'requirements.txt.txt': 'flask\n' }, 'requirements.txt.txt may be meant'],
  [{ 'Requirements.txt': 'flask\n' }, 'Requirements.txt may be meant'],
  [{ 'environment.yml': '' }, 'conda'],
])('%j is none, and says why', async (files, reason) => {
  const verdict = await verdictOf('python', files)
  expect(verdict.accepted).toBe(false)
  expect(verdict.reason).toContain(reason)
})
