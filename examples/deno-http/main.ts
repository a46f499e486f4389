import { Hono } from 'hono'

const app = new Hono()

app.get('/', (context) => context.text('Hello from Deno'))
app.get('/hello/:name', (context) => context.json({ message: `Hello, ${context.req.param('name')}` }))

Deno.serve(app.fetch)
