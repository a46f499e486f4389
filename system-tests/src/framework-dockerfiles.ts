/**
 * Dockerfiles as the documentation of frameworks has them, instruction by instruction: only what FROM names is an image of this machine.
 * The apps in them are ours, and as small as their framework allows.
 */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeAll } from './apps.ts'

export interface PublishedDockerfile {
  readonly name: string
  /** Where it is published. */
  readonly source: string
  /** What is asked for, and what answers. */
  readonly answers: string
  /** Of the artifact. */
  readonly port: number
  readonly make: (directory: string) => Promise<void>
}

const execute = promisify(execFile)
/** Migrating a database on a busy machine may take longer than the half minute an app has by itself. */
const patience = { 'hop3.toml': '[run]\nstart-timeout = 240\n' }

export const publishedDockerfiles: readonly PublishedDockerfile[] = [
  {
    name: 'node',
    source: 'https://docs.docker.com/guides/nodejs/containerize/',
    answers: 'a todo of node',
    port: 3000,
    make: withLock({
      Dockerfile: `# syntax=docker/dockerfile:1

ARG NODE_VERSION=24

FROM node:\${NODE_VERSION}-bookworm-slim

ENV NODE_ENV production

WORKDIR /usr/src/app

RUN --mount=type=bind,source=package.json,target=package.json \\
    --mount=type=bind,source=package-lock.json,target=package-lock.json \\
    --mount=type=cache,target=/root/.npm \\
    npm ci --omit=dev

USER node

COPY . .

EXPOSE 3000

CMD node src/index.js
`,
      '.dockerignore': '**/.dockerignore\n**/Dockerfile*\n**/node_modules\nREADME.md\n',
      'package.json': '{ "name": "todo", "dependencies": { "express": "^4.18.2" } }',
      'src/index.js': `const app = require('express')()
app.get('/', (_, response) => response.send('a todo of ' + require('os').userInfo().username))
app.listen(3000)
`,
    }),
  },
  {
    name: 'python',
    source: 'https://docs.docker.com/guides/python/containerize/',
    answers: '{"hello":"10001"}',
    port: 8000,
    make: withFiles({
      Dockerfile: `# syntax=docker/dockerfile:1

ARG PYTHON_VERSION=3.11
FROM python:\${PYTHON_VERSION}-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1
ENV PYTHONUNBUFFERED=1

WORKDIR /app

ARG UID=10001
RUN adduser \\
    --disabled-password \\
    --gecos "" \\
    --home "/nonexistent" \\
    --shell "/sbin/nologin" \\
    --no-create-home \\
    --uid "\${UID}" \\
    appuser

RUN --mount=type=cache,target=/root/.cache/pip \\
    --mount=type=bind,source=requirements.txt,target=requirements.txt \\
    python -m pip install -r requirements.txt

USER appuser

COPY . .

EXPOSE 8000

CMD ["python3", "-m", "uvicorn", "app:app", "--host=0.0.0.0", "--port=8000"]
`,
      'requirements.txt': 'fastapi\nuvicorn\n',
      'app.py': fastApi('str(os.getuid())'),
    }),
  },
  {
    name: 'fastapi',
    source: 'https://fastapi.tiangolo.com/deployment/docker/',
    answers: '{"hello":"docs"}',
    port: 80,
    make: withFiles({
      Dockerfile: `FROM python:3.11-slim-bookworm

WORKDIR /code

COPY ./requirements.txt /code/requirements.txt

RUN pip install --no-cache-dir --upgrade -r /code/requirements.txt

COPY ./app /code/app

CMD ["fastapi", "run", "app/main.py", "--port", "80"]
`,
      'requirements.txt': 'fastapi\nfastapi-cli\nuvicorn\n',
      'app/__init__.py': '',
      'app/main.py': fastApi('"docs"'),
    }),
  },
  {
    name: 'react',
    source: 'https://docs.docker.com/guides/reactjs/containerize/',
    answers: '<title>a React app</title>',
    port: 8080,
    make: withLock({
      Dockerfile: `ARG NODE_VERSION=24
ARG NGINX_VERSION=alpine

FROM node:\${NODE_VERSION} AS builder
WORKDIR /app
COPY --link package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY --link . .
RUN npm run build

FROM nginxinc/nginx-unprivileged:\${NGINX_VERSION} AS runner
USER nginx
COPY --link nginx.conf /etc/nginx/nginx.conf
COPY --link --from=builder /app/dist /usr/share/nginx/html
EXPOSE 8080
ENTRYPOINT ["nginx", "-c", "/etc/nginx/nginx.conf"]
CMD ["-g", "daemon off;"]
`,
      '.dockerignore': 'node_modules/\ndist/\n*.env*\n*.log\n.git/\nDockerfile\n.dockerignore\n*.lock\n',
      'package.json': JSON.stringify({
        scripts: { build: 'mkdir dist && cp index.html dist && terser main.js --output dist/main.js' },
        devDependencies: { terser: '^5' },
      }),
      'index.html': '<!doctype html><title>a React app</title><script src="/main.js"></script>',
      'main.js': 'document.body.append("hello")',
      'nginx.conf': nginx('pid /tmp/nginx.pid;', ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']),
    }),
  },
  {
    name: 'astro',
    source: 'https://docs.astro.build/en/recipes/docker/',
    answers: 'made by a build',
    port: 8080,
    make: withLock({
      Dockerfile: `FROM node:24 AS build
WORKDIR /app
COPY package*.json ./
RUN npm install
COPY . .
RUN npm run build

FROM nginx:alpine AS runtime
COPY ./nginx/nginx.conf /etc/nginx/nginx.conf
COPY --from=build /app/dist /usr/share/nginx/html
EXPOSE 8080
`,
      '.dockerignore': '.DS_Store\nnode_modules\ndist\n',
      'package.json': '{ "name": "pages", "scripts": { "build": "mkdir dist && cp index.html dist" } }',
      'index.html': 'made by a build',
      'nginx/nginx.conf': nginx('', []),
    }),
  },
  {
    name: 'wagtail',
    source: '`wagtail start`, https://docs.wagtail.org/en/v7.0/reference/project_template.html',
    answers: 'Welcome to your new Wagtail site!',
    port: 8000,
    make: async (directory) => {
      const environment = `${directory}-wagtail`
      await execute('python3', ['-m', 'venv', environment])
      await execute(join(environment, 'bin/pip'), ['install', '--quiet', 'wagtail>=7.0,<7.1'])
      await writeAll(directory, patience)
      await execute(join(environment, 'bin/wagtail'), ['start', 'mysite', directory])
      const dockerfile = join(directory, 'Dockerfile')
      await writeFile(dockerfile, (await readFile(dockerfile, 'utf8')).replace(/^FROM python:\S+/m, 'FROM python:3.11-slim-bookworm'))
    },
  },
]

function withFiles(files: Readonly<Record<string, string>>): PublishedDockerfile['make'] {
  return (directory) => writeAll(directory, { ...patience, ...files })
}

function withLock(files: Readonly<Record<string, string>>): PublishedDockerfile['make'] {
  return async (directory) => {
    await withFiles(files)(directory)
    await execute('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: directory })
  }
}

function fastApi(answer: string): string {
  return `import os\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/")\ndef read_root():\n    return {"hello": ${answer}}\n`
}

function nginx(first: string, temporary: readonly string[]): string {
  const paths = temporary.map((name) => `  ${name}_temp_path /tmp/${name};\n`).join('')
  return `${first}
events {
  worker_connections 1024;
}
http {
  include /etc/nginx/mime.types;
${paths}  server {
    listen 8080;
    root /usr/share/nginx/html;
    error_log /dev/stderr;
    access_log off;
  }
}
`
}
