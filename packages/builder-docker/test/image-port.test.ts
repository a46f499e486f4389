import { expect, test } from 'vitest'
import { imagePort } from '../src/image-port.ts'

const dockerfile = (text: string) => ({ path: 'Dockerfile', text: `FROM x\n${text}\n` })

test.each<
  [what: string, exposed: readonly number[], variable: string | undefined, command: string, text: string, port: string | undefined]
>([
  ['the only EXPOSE, whatever else is said', [3000], '4000', 'serve --port 5000', 'EXPOSE 3000', '3000'],
  ['a command that names it', [], undefined, 'fastapi run app/main.py --port 80', '', '80'],
  ['with a sign', [], undefined, 'streamlit run a.py --server.port=8501 --server.address=0.0.0.0', '', '8501'],
  ['as part of an address', [], undefined, 'gunicorn --bind 0.0.0.0:8000 app:app', '', '8000'],
  ['of any address', [], undefined, 'serve -addr :9090', '', '9090'],
  ['without an option', [], undefined, 'python manage.py runserver 0.0.0.0:8123', '', '8123'],
  ['in quotes', [], undefined, "gunicorn 'hello:app' --bind='[::]:8000'", '', '8000'],
  ['in short', [], undefined, 'serve -p 5050 dist', '', '5050'],
  ['ENV PORT', [], '4321', 'node ./entry.mjs', '', '4321'],
  ['a port for something else', [], undefined, 'node --inspect-port=9229 --db-port 5432 app.js', '', undefined],
  ['a volume, a time, a path', [], undefined, 'run -v /a:80 at 10:30 mkdir -p 2024', '', undefined],
  ['what is no port', [], '', 'serve --port 99999', '', undefined],
  ['of several the one of the command', [3000, 9229], undefined, 'serve --port 9229', 'EXPOSE 3000 9229', '9229'],
  ['of several the one of ENV PORT', [3000, 4000], '4000', 'x', 'EXPOSE 3000 4000', '4000'],
  ['of several the Dockerfile’s, not the base image’s', [80, 8081], undefined, 'x', 'EXPOSE 8081/tcp', '8081'],
  ['of several a usual one', [22, 3000], undefined, 'x', 'EXPOSE 22\nEXPOSE 3000 53/udp', '3000'],
  ['of several unusual ones the first', [1234, 2345], undefined, 'x', 'EXPOSE 1234 2345', '1234'],
  ['nothing', [], undefined, './serve', '', undefined],
])('reads the port from %s', (_, exposed, variable, command, text, port) => {
  expect(imagePort({ exposed, variable, command, dockerfile: dockerfile(text) })?.value).toBe(port)
})
