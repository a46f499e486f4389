/** Sources that build, and whose processes do not come up: what a user did wrong, and what the error has to say. */
import { answering, type WrongInput } from './wrong-input.ts'

const server = { Procfile: 'web: node server.js\n', 'server.js': answering('v2') }
const healthcheck = (text: string): string => `[healthcheck]\ntimeout = 5\n${text}`

export const wrongStarts: readonly WrongInput[] = [
  {
    name: 'a start command that exits at once',
    files: { Procfile: 'web: echo opening the database; echo "no database at db.internal"; exit 7\n', 'hop3.toml': healthcheck('') },
    exitCode: 51,
    code: 'health.exited',
    message: ['web.1 of r', 'exit code 7', 'no database at db.internal'],
    hint: 'hop3 logs blog --worker web',
  },
  {
    name: 'a start command that listens on another port',
    files: {
      Procfile: 'web: node server.js\n',
      'server.js': "console.log('up on a port of my own'); require('node:http').createServer().listen(0, '127.0.0.1')\n",
      'hop3.toml': healthcheck(''),
    },
    exitCode: 51,
    code: 'health.wrong-port',
    message: [/web\.1 of r\S+ listens on 127\.0\.0\.1:\d+ instead of 127\.0\.0\.1:\d+/, '$PORT', 'up on a port of my own'],
    hint: '$PORT',
  },
  {
    name: 'a start command that listens on nothing',
    files: { Procfile: 'web: echo still thinking; exec sleep 1000\n', 'hop3.toml': healthcheck('') },
    exitCode: 51,
    code: 'health.timeout',
    message: ['web.1 of r', 'accepted no connection within 5 s', 'still thinking'],
    hint: 'timeout',
  },
  {
    name: 'a start command whose health check says no',
    files: {
      Procfile: 'web: node server.js\n',
      'server.js':
        "console.log('migration pending'); require('node:http').createServer((_, r) => { r.statusCode = 503; r.end() }).listen(process.env.PORT, '127.0.0.1')\n",
      'hop3.toml': healthcheck('path = "/up"\n'),
    },
    exitCode: 51,
    code: 'health.status',
    message: ['web.1 of r', 'status 503', 'GET /up', 'migration pending'],
    hint: 'health check path',
  },
  {
    name: 'a step before the release that fails',
    files: { ...server, Procfile: 'web: node server.js\nrelease: echo "cannot migrate"; exit 9\n' },
    exitCode: 50,
    code: 'deploy.before-run',
    message: ['exited with 9', 'Its last lines:', 'cannot migrate'],
    hint: 'deploy again',
  },
]
