/** Apps of Deno and Bun as their generators and documentation write them, on a host that need have neither. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 300_000

const host = machineOfFile()

async function app(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const source = join(host.sources, name)
  await mkdir(source, { recursive: true })
  await writeAll(source, files)
  return source
}

const honoRoutes = `import { Hono } from 'hono'

const app = new Hono()

app.get('/', (c) => {
  return c.text('Hello Hono!')
})

`

describe.skipIf(lacks('npm'))('Deno', () => {
  it('serves what `deno init` writes, told where to listen without a line of it changed', { timeout }, async () => {
    const source = await app('deno-init', {
      'deno.json': '{\n  "tasks": {\n    "dev": "deno run --watch --allow-net main.ts"\n  },\n  "imports": {}\n}\n',
      'main.ts': `export function handler(req: Request): Response {
  const url = new URL(req.url);

  if (url.pathname === "/api") {
    return Response.json({
      message: "Hello, world!",
    });
  }

  return new Response("<h1>Welcome to Deno!</h1>", {
    headers: { "content-type": "text/html" },
  });
}

if (import.meta.main) {
  Deno.serve(handler);
}
`,
    })
    expect(await (await deployUnchanged(host.machine, source)).get('/')).toEqual({ status: 200, body: '<h1>Welcome to Deno!</h1>' })
  })

  it('serves an export, and a server of Node on a port of its own', { timeout }, async () => {
    const exporting = await app('deno-serve', {
      'deno.jsonc': '{\n  // As `deno init --serve` has it.\n  "tasks": { "dev": "deno serve --watch -R main.ts" },\n}\n',
      'main.ts':
        'export default {\n  fetch(req) {\n    return new Response(new URL(req.url).pathname);\n  },\n} satisfies Deno.ServeDefaultExport;\n',
    })
    expect((await (await deployUnchanged(host.machine, exporting)).get('/users/1')).body).toBe('/users/1')
    const express = await app('deno-express', {
      'main.ts': `import express from "npm:express@4";

const app = express();
app.get("/", (_req, res) => {
  res.send("Welcome to the Dinosaur API!");
});
app.listen(8000);
`,
    })
    expect((await (await deployUnchanged(host.machine, express)).get('/')).body).toBe('Welcome to the Dinosaur API!')
  })

  it('builds by a program of npm beside a package.json, and a member of a workspace', { timeout }, async () => {
    const built = await app('deno-package', {
      'deno.json': '{ "tasks": { "build": "cowsay Built > built.txt", "start": "deno serve -R main.ts" } }',
      'package.json': '{ "dependencies": { "cowsay": "^1.6.0", "hono": "^4.10.0" } }',
      'main.ts': `${honoRoutes}app.get('/built', (c) => c.text(Deno.readTextFileSync('built.txt')))\n\nexport default app\n`,
    })
    expect((await (await deployUnchanged(host.machine, built)).get('/built')).body).toContain('< Built >')
    const member = await app('deno-workspace', {
      'hop3.toml': '[build]\nroot = "api"\n',
      'deno.json': '{ "workspace": ["./api", "./greeting"] }',
      'greeting/deno.json': '{ "name": "@shop/greeting", "version": "1.0.0", "exports": "./mod.ts" }',
      'greeting/mod.ts': 'export const greeting: string = "Hello, member"\n',
      'api/deno.json': '{ "tasks": { "start": "deno run --allow-net main.ts" } }',
      'api/main.ts': 'import { greeting } from "@shop/greeting"\n\nDeno.serve(() => new Response(greeting))\n',
    })
    expect((await (await deployUnchanged(host.machine, member)).get('/')).body).toBe('Hello, member')
  })
})

describe.skipIf(lacks('npm'))('Bun', () => {
  it("serves what Hono's template for it writes, which has no start script", { timeout }, async () => {
    const source = await app('bun-hono', {
      'package.json': `{
  "name": "bun-hono",
  "scripts": {
    "dev": "bun run --hot src/index.ts"
  },
  "dependencies": {
    "hono": "^4.10.0"
  },
  "devDependencies": {
    "@types/bun": "latest"
  }
}
`,
      'src/index.ts': `${honoRoutes}export default app\n`,
    })
    expect(await (await deployUnchanged(host.machine, source)).get('/')).toEqual({ status: 200, body: 'Hello Hono!' })
  })

  it('serves pages of React that it bundles itself', { timeout }, async () => {
    const source = await app('bun-react', {
      'package.json': `{
  "name": "bun-react",
  "private": true,
  "type": "module",
  "scripts": {
    "dev": "bun --hot src/index.ts",
    "build": "bun build ./src/index.html --outdir=dist --target=browser --minify",
    "start": "NODE_ENV=production bun src/index.ts"
  },
  "dependencies": {
    "react": "^19",
    "react-dom": "^19"
  }
}
`,
      'bunfig.toml': '[serve.static]\nenv = "BUN_PUBLIC_*"\n',
      'src/index.html':
        '<!doctype html>\n<title>Bun + React</title>\n<div id="root"></div>\n<script type="module" src="./frontend.tsx"></script>\n',
      'src/frontend.tsx':
        'import { createRoot } from "react-dom/client";\n\ncreateRoot(document.getElementById("root")!).render(<h1>Bun + React</h1>);\n',
      'src/index.ts': `import { serve } from "bun";
import index from "./index.html";

serve({
  routes: {
    "/*": index,
    "/api/hello": () => Response.json({ message: "Hello, world!" }),
  },
  development: process.env.NODE_ENV !== "production",
});
`,
    })
    const served = await deployUnchanged(host.machine, source)
    expect((await served.get('/')).body).toContain('<title>Bun + React</title>')
    expect(await served.get('/api/hello')).toEqual({ status: 200, body: '{"message":"Hello, world!"}' })
  })

  it('is warned for whom a port is written down, and serves with the line that the warning names', { timeout }, async () => {
    const main = 'import { Elysia } from "elysia";\n\nconst app = new Elysia().get("/", () => "Hello Elysia").listen(3000);\n'
    const files = {
      'package.json': `{
  "name": "elysia",
  "scripts": {
    "dev": "bun run --watch src/index.ts"
  },
  "dependencies": {
    "elysia": "latest"
  },
  "devDependencies": {
    "bun-types": "latest"
  },
  "module": "src/index.js"
}
`,
      'src/index.ts': main,
    }
    const source = await app('bun-elysia', files)
    expect((await host.machine.hop3(['plan', source])).stdout).toContain('src/index.ts:3 listens on port 3000')
    await writeAll(source, { 'src/index.ts': main.replace('3000', 'process.env.PORT') })
    expect((await (await deployUnchanged(host.machine, source)).get('/')).body).toBe('Hello Elysia')
  })

  it('leaves to Node what it only installs', { timeout }, async () => {
    const source = await app('bun-installs', {
      'package.json': '{ "name": "bun-installs", "packageManager": "bun@1.4.5", "scripts": { "start": "node server.js" } }\n',
      'server.js': `const { createServer } = require('node:http')
createServer((request, response) => response.end(process.versions.bun ?? 'Node')).listen(process.env.PORT, process.env.BIND_ADDRESS)
`,
    })
    expect((await (await deployUnchanged(host.machine, source)).get('/')).body).toBe('Node')
  })
})
