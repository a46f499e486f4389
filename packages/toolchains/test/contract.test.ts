import { testToolchain } from '@hop3/testing'
import { toolchainNamed } from './plan-app.ts'

testToolchain({
  factory: toolchainNamed('python'),
  accepts: { 'requirements.txt': 'flask==3.1.0\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' },
  rejects: { 'package.json': '{ "scripts": { "start": "node ." } }' },
  contradicts: { 'uv.lock': '', 'poetry.lock': '', 'pyproject.toml': '[project]\nname = "shop"\n' },
})

testToolchain({
  factory: toolchainNamed('node'),
  accepts: { 'package.json': '{ "scripts": { "start": "node server.js" } }', 'server.js': '' },
  rejects: { 'requirements.txt': 'flask\n' },
  contradicts: { 'package.json': '{ "scripts": { "start": "node ." } }', 'yarn.lock': '', 'package-lock.json': '{}' },
})

testToolchain({
  factory: toolchainNamed('static'),
  accepts: { 'index.html': '<h1>Hello</h1>' },
  rejects: { 'index.html': '', 'package.json': '{ "scripts": { "build": "vite build" } }' },
  contradicts: { Staticfile: 'root: ../elsewhere\n' },
})
