import { serve } from '@hono/node-server'
import { greet } from '@acme/greeting'
import { Hono } from 'hono'

const { PORT = '3000', BIND_ADDRESS = '127.0.0.1' } = process.env
const app = new Hono()

app.get('/', (context) => context.text(greet('world')))
app.get('/:name', (context) => context.text(greet(context.req.param('name'))))

const server = serve({ fetch: app.fetch, port: Number(PORT), hostname: BIND_ADDRESS })
process.on('SIGTERM', () => server.close())
