import { originOf } from './origin.ts'

interface Listening {
  /** A call that listens, with an address whose port no variable can change: `":8080"`, `"0.0.0.0:3000"`. */
  readonly call: RegExp
  /** What to write in place of the address. */
  readonly address: string
}

const listening: Readonly<Record<'go' | 'rust', Listening>> = {
  go: {
    call: /\b(?:ListenAndServe(?:TLS)?|Listen|Run|Start)\(\s*(?:"tcp",\s*)?"[\w.[\]]*:(\d{2,5})"/,
    address: 'net.JoinHostPort(os.Getenv("BIND_ADDRESS"), os.Getenv("PORT"))',
  },
  rust: {
    call: /\bbind\(\s*&?"[\w.[\]:]*:(\d{2,5})"/,
    address: 'format!("{}:{}", env::var("BIND_ADDRESS")?, env::var("PORT")?)',
  },
}

/**
 * The sentence for a program that will not listen where it is told: most hello-worlds do this, and waiting for their health check says so a
 * long time later. None where the file has heard of PORT.
 */
export function fixedPortWarning(language: 'go' | 'rust', file: string, text: string | undefined): readonly string[] {
  const { call, address } = listening[language]
  const port = text === undefined || /\bPORT\b/.test(text) ? undefined : call.exec(text)?.[1]
  if (port === undefined) return []
  return [
    `${originOf(file, text, call)} listens on port ${port}, wherever it is told to listen, so its health check will fail: write ${address} instead.`,
  ]
}
