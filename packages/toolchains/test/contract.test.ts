import { testToolchain } from '@hop3/testing'
import { nodeToolchain, pythonToolchain, staticToolchain } from '../src/index.ts'

testToolchain({
  factory: pythonToolchain,
  accepts: { 'requirements.txt': 'flask==3.1.0\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' },
  rejects: { 'package.json': '{ "scripts": { "start": "node ." } }' },
  contradicts: { 'uv.lock': '', 'poetry.lock': '', 'pyproject.toml': '[project]\nname = "shop"\n' },
})

testToolchain({
  factory: nodeToolchain,
  accepts: { 'package.json': '{ "scripts": { "start": "node server.js" } }', 'server.js': '' },
  rejects: { 'requirements.txt': 'flask\n' },
  contradicts: { 'package.json': '{ "scripts": { "start": "node ." } }', 'yarn.lock': '', 'package-lock.json': '{}' },
})

testToolchain({
  factory: staticToolchain,
  accepts: { 'index.html': '<h1>Hello</h1>' },
  rejects: { 'index.html': '', 'package.json': '{ "scripts": { "build": "vite build" } }' },
  contradicts: { Staticfile: 'root: ../elsewhere\n' },
})
