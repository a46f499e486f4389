import { originOf } from './origin.ts'

interface Listening {
  /** A call that listens, with an address whose port no variable can change: `":8080"`, `"0.0.0.0:3000"`. */
  readonly call: RegExp
  /** What to write in place of the address. */
  readonly address: string
  /** Where the file says this, its port is a variable's. Default: `PORT`. */
  readonly heard?: RegExp
}

const listening: Readonly<Record<'go' | 'rust' | 'python' | 'clojure' | 'dotnet' | 'deno' | 'node' | 'bun', Listening>> = {
  go: {
    call: /\b(?:ListenAndServe(?:TLS)?|Listen|Run|Start)\(\s*(?:"tcp",\s*)?"(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::1?\])?:(\d{2,5})"/,
    address: 'net.JoinHostPort(os.Getenv("BIND_ADDRESS"), os.Getenv("PORT"))',
  },
  rust: {
    call: /\bbind\(\s*&?"[\w.[\]:]*:(\d{2,5})"/,
    address: 'format!("{}:{}", env::var("BIND_ADDRESS")?, env::var("PORT")?)',
  },
  python: {
    // `connect(port=5432)` is somebody else's.
    call: /(?:\brun|\brun_app|\bserve|\b[Ss]erver|\blisten|\bquickstart|\blaunch)\((?:[^()]|\([^()]{0,200}\)){0,1000}?\bport\s*=\s*(\d{2,5})\b|\b(?:listen|bind|HTTPServer|TCPServer|serve)\(\s*\(?(?:["'][\w.]*["']\s*,\s*)?(\d{2,5})\b/,
    address: 'int(os.environ["PORT"])',
  },
  clojure: {
    call: /\((?:[\w.-]+\/)?(?:run-jetty|run-server|run-undertow|start-server|run-adapter)\b[^()]*?:port\s+(\d{2,5})\b/,
    address: '(Integer/parseInt (System/getenv "PORT"))',
    heard: /\bPORT\b|\benv\s+:port\b/,
  },
  // HTTP servers are told by DENO_SERVE_ADDRESS, whatever the program says.
  deno: { call: /\bDeno\.listen(?:Tls)?\(\s*\{[^}]*\bport:\s*(\d{2,5})\b/, address: 'Number(Deno.env.get("PORT"))' },
  node: {
    call: /\.listen\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b|\b(?:const|let|var)\s+port\s*=\s*(\d{2,5})\b(?=[^]*\.listen\(\s*(?:\{\s*)?port\b)/i,
    address: 'process.env.PORT',
  },
  bun: {
    call: /\blisten\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b|(?:\bserve\(|\bexport default\b)[^]{0,2000}?\bport:\s*(\d{2,5})\b/,
    address: 'process.env.PORT',
  },
  // What the program says goes before ASPNETCORE_URLS.
  dotnet: {
    call: /\b(?:Run(?:Async)?|UseUrls|Add)\(\s*@?"https?:\/\/[^":]*:(\d{2,5})[^"]*"|\bListen(?:AnyIP|Localhost)\(\s*(\d{2,5})\b/,
    address: 'no address, so that ASPNETCORE_URLS decides,',
  },
}

/**
 * The sentence for a program that will not listen where it is told: most hello-worlds do this, and waiting for their health check says so a
 * long time later. None where the file has heard of PORT.
 */
export function fixedPortWarning(language: keyof typeof listening, file: string, text: string | undefined): readonly string[] {
  const { call, address, heard = /\bPORT\b/ } = listening[language]
  const found = text === undefined || heard.test(text) ? null : call.exec(text)
  const port = found?.[1] ?? found?.[2]
  if (port === undefined) return []
  return [
    `${originOf(file, text, call)} listens on port ${port}, wherever it is told to listen, so its health check will fail: write ${address} instead.`,
  ]
}
