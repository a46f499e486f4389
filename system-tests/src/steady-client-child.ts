/** The steady client as a program, for ports only a network namespace has: `… <port>`; says at SIGTERM what it has seen. */
import { startSteadyClient } from './steady-client.ts'

const client = startSteadyClient({
  port: Number(process.argv[2]),
  requestsPerSecond: 100,
  paths: { quick: '/', slow: '/slow', upload: '/upload' },
  isRight: (answer) => /^v\d+$/.test(answer),
})
process.once('SIGTERM', () => {
  void client.stop().then((failures) => {
    process.stdout.write(JSON.stringify({ failures, requests: client.requests(), answers: [...client.answers.keys()].toSorted() }))
    process.exit(0)
  })
})
process.stdout.write('\n')
