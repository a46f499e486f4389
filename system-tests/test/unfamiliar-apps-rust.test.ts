/** Rust apps made by Cargo, with the first page of their framework's documentation. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 900_000
const execute = promisify(execFile)

const host = machineOfFile()

it.skipIf(lacks('cargo'))(
  "axum's hello world is told apart before it fails, and answers with the line that the warning names",
  { timeout },
  async () => {
    const source = join(host.sources, 'hello-axum')
    await execute('cargo', ['new', 'hello-axum'], { cwd: host.sources })
    await execute('cargo', ['add', 'axum'], { cwd: source })
    await execute('cargo', ['add', 'tokio', '--features', 'rt-multi-thread,macros,net'], { cwd: source })
    const main = `use axum::{
    routing::get,
    Router,
};

#[tokio::main]
async fn main() {
    // build our application with a single route
    let app = Router::new().route("/", get(|| async { "Hello, World!" }));

    // run our app with hyper, listening globally on port 3000
    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
`
    await writeAll(source, { 'src/main.rs': main })
    expect((await host.machine.hop3(['plan', source])).stdout).toContain('src/main.rs:12 listens on port 3000')
    const address = 'format!("{}:{}", std::env::var("BIND_ADDRESS").unwrap(), std::env::var("PORT").unwrap())'
    await writeAll(source, { 'src/main.rs': main.replace('"0.0.0.0:3000"', address) })
    expect(await (await deployUnchanged(host.machine, source)).get('/')).toEqual({ status: 200, body: 'Hello, World!' })
  },
)

it.skipIf(lacks('cargo'))(
  'a workspace serves the member that has a binary, and a source older than the last build is built all the same',
  { timeout },
  async () => {
    const source = join(host.sources, 'greetings')
    await mkdir(source)
    await writeAll(source, { 'Cargo.toml': '[workspace]\nresolver = "2"\nmembers = ["crates/*"]\n' })
    await execute('cargo', ['new', '--lib', 'crates/greeting'], { cwd: source })
    await execute('cargo', ['new', 'crates/serve'], { cwd: source })
    await execute('cargo', ['add', '--package', 'serve', '--path', 'crates/greeting'], { cwd: source })
    const library = join(source, 'crates/greeting/src/lib.rs')
    await writeFile(library, 'pub fn greeting() -> &\'static str { "Hello" }\n')
    await writeFile(
      join(source, 'crates/serve/src/main.rs'),
      `use std::{env, io::{Read, Write}, net::TcpListener};

fn main() {
    let address = format!("{}:{}", env::var("BIND_ADDRESS").unwrap(), env::var("PORT").unwrap());
    for stream in TcpListener::bind(address).unwrap().incoming() {
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let body = greeting::greeting();
        let _ = write!(stream, "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{}", body.len(), body);
    }
}
`,
    )
    await execute('cargo', ['generate-lockfile'], { cwd: source })
    expect((await (await deployUnchanged(host.machine, source)).get('/')).body).toBe('Hello')
    await writeFile(library, (await readFile(library, 'utf8')).replace('Hello', 'Good evening'))
    // As an archive of another commit would: Cargo alone would take it for unchanged.
    await execute('touch', ['-d', '2020-01-01', library])
    expect((await (await deployUnchanged(host.machine, source)).get('/')).body).toBe('Good evening')
  },
)
