/** A Flask app with its drivers, as people write one, whose own compose.yaml brings its PostgreSQL and its Redis. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What an engine has to have, to build and to run it. */
export const storedAppImages = ['python:3-slim-bookworm', 'postgres:15', 'redis:7'] as const

/** Writing it again with another version makes another image. */
export async function writeStoredApp(directory: string, version: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (const [name, text] of Object.entries({ ...common, 'version.txt': version })) await writeFile(join(directory, name), text)
  // An engine of a test's own has no way out.
  if (existsSync(join(directory, 'wheels'))) return
  const pip = ['pip', 'download', '--quiet', '--dest', 'wheels', '--requirement', 'requirements.txt']
  const inImage = ['run', '--rm', '--volume', `${directory}:/app`, '--workdir', '/app', storedAppImages[0], ...pip]
  execFileSync('docker', inImage, { stdio: ['ignore', 'pipe', 'pipe'] })
}

const common: Readonly<Record<string, string>> = {
  'requirements.txt': 'flask==3.1.3\ngunicorn==23.0.0\npsycopg[binary]==3.2.13\nredis==7.1.0\n',
  Dockerfile: `FROM python:3-slim-bookworm
WORKDIR /app
COPY wheels wheels
COPY requirements.txt .
RUN pip install --no-index --find-links wheels -r requirements.txt
COPY . .
EXPOSE 8000
USER 1000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]
`,
  'hop3.toml': '[run]\nbefore-run = "python migrate.py"\n[deploy]\nstop-timeout = 5\n',
  'compose.yaml': `services:
  web:
    build: .
    ports: ['8000:8000']
    depends_on: [db, cache]
  db:
    image: postgres:15
    environment:
      POSTGRES_USER: shop
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD}
    volumes: ['data:/var/lib/postgresql/data']
    healthcheck:
      test: ['CMD-SHELL', 'pg_isready --username shop --host 127.0.0.1']
      interval: 1s
      retries: 60
  cache:
    image: redis:7
    command: redis-server --appendonly yes
    volumes: ['cache:/data']
volumes:
  data:
  cache:
`,
  'stores.py': `import os

import psycopg
import redis

cache = redis.Redis(host="cache", socket_connect_timeout=5)


def connect():
    return psycopg.connect(host="db", user="shop", dbname="shop", password=os.environ["POSTGRES_PASSWORD"], connect_timeout=5)
`,
  'migrate.py': `from stores import connect

with connect() as db:
    db.execute("create table if not exists orders (id serial primary key, placed_by text not null)")
`,
  'app.py': `from pathlib import Path

from flask import Flask

from stores import cache, connect

app = Flask(__name__)
version = Path("version.txt").read_text()


@app.get("/")
def index():
    return version


@app.post("/orders")
def place():
    with connect() as db:
        db.execute("insert into orders (placed_by) values (%s)", [version])
    cache.incr("orders")
    return "placed"


@app.get("/orders")
def orders():
    with connect() as db:
        rows = db.execute("select placed_by from orders order by id").fetchall()
    return {"placedBy": [row[0] for row in rows], "counted": int(cache.get("orders") or 0)}
`,
}
