import { originAt } from './origin.ts'
import { argumentOf, declaredBefore, firstOf, matching, shortlyBehind } from './port-calls.ts'
import type { FindPort } from './port-calls.ts'

interface Listening {
  /** A call that listens, with an address whose port no variable can change: `":8080"`, `"0.0.0.0:3000"`. */
  readonly find: FindPort
  /** What to write in place of the address. */
  readonly address: string
  /** Where the file says this, its port is a variable's. Default: `PORT`. */
  readonly heard?: RegExp
}

const listening: Readonly<Record<'go' | 'rust' | 'python' | 'clojure' | 'java' | 'dotnet' | 'deno' | 'node' | 'bun', Listening>> = {
  go: {
    find: matching(
      /\b(?:ListenAndServe(?:TLS)?|Listen|Run|Start)\(\s*(?:"tcp",\s*)?"(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::1?\])?:(\d{2,5})"/,
    ),
    address: 'net.JoinHostPort(os.Getenv("BIND_ADDRESS"), os.Getenv("PORT"))',
  },
  rust: {
    find: matching(/\bbind\(\s*&?"[\w.[\]:]*:(\d{2,5})"|\(\s*\[\s*\d{1,3}(?:\s*,\s*\d{1,3}){3}\s*\]\s*,\s*(\d{2,5})\s*\)/),
    address: 'format!("{}:{}", env::var("BIND_ADDRESS")?, env::var("PORT")?)',
  },
  python: {
    // `connect(port=5432)` is somebody else's.
    find: firstOf(
      argumentOf(['run', 'run_app', 'serve', '[Ss]erver', 'listen', 'quickstart', 'launch']),
      matching(/\b(?:listen|bind|HTTPServer|TCPServer|serve)\(\s*\(?(?:["'][\w.]*["']\s*,\s*)?(\d{2,5})\b/),
    ),
    address: 'int(os.environ["PORT"])',
  },
  clojure: {
    find: matching(/\((?:[\w.-]+\/)?(?:run-jetty|run-server|run-undertow|start-server|run-adapter)\b[^()]*?:port\s+(\d{2,5})\b/),
    address: '(Integer/parseInt (System/getenv "PORT"))',
    heard: /\bPORT\b|\benv\s+:port\b/,
  },
  java: {
    find: firstOf(
      matching(/\b(?:start|listen|port|setPort|InetSocketAddress|Server)\(\s*(?:"[\w.]*"\s*,\s*)?(\d{4,5})\b/),
      declaredBefore(/"http:\/\/[\w.]+:(\d{2,5})\//, /\bcreate(?:Http)?Server\(/g),
    ),
    address: 'Integer.parseInt(System.getenv("PORT"))',
    heard: /\bPORT\b|\bgetProperty\(|\bparseInt\(/,
  },
  // HTTP servers are told by DENO_SERVE_ADDRESS, whatever the program says.
  deno: { find: matching(/\bDeno\.listen(?:Tls)?\(\s*\{[^{}]*\bport:\s*(\d{2,5})\b/), address: 'Number(Deno.env.get("PORT"))' },
  node: {
    find: firstOf(
      matching(/\.listen\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/i),
      declaredBefore(/\b(?:const|let|var)\s+port\s*=\s*(\d{2,5})\b/i, /\.listen\(\s*(?:\{\s*)?port\b/gi),
    ),
    address: 'process.env.PORT',
  },
  bun: {
    find: firstOf(
      matching(/\blisten\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/),
      shortlyBehind(String.raw`\bserve\(|\bexport default\b`, String.raw`\bport:\s*(\d{2,5})\b`, 2000),
    ),
    address: 'process.env.PORT',
  },
  // What the program says goes before ASPNETCORE_URLS.
  dotnet: {
    find: matching(/\b(?:Run(?:Async)?|UseUrls|Add)\(\s*@?"https?:\/\/[^":]*:(\d{2,5})[^"]*"|\bListen(?:AnyIP|Localhost)\(\s*(\d{2,5})\b/),
    address: 'no address, so that ASPNETCORE_URLS decides,',
  },
}

/**
 * The sentence for a program that will not listen where it is told: most hello-worlds do this, and waiting for their health check says so a
 * long time later. None where the file has heard of PORT.
 */
export function fixedPortWarning(language: keyof typeof listening, file: string, text: string | undefined): readonly string[] {
  const { find, address, heard = /\bPORT\b/ } = listening[language]
  const found = text === undefined || heard.test(text) ? undefined : find(text)
  if (text === undefined || found === undefined) return []
  return [
    `${originAt(file, text, found.at)} listens on port ${found.port}, wherever it is told to listen, so its health check will fail: write ${address} instead.`,
  ]
}
