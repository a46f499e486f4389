import { Hono } from 'hono'

const app = new Hono()

app.get('/', (context) => context.text('Hello from Bun'))
app.get('/hello/:name', (context) => context.json({ message: `Hello, ${context.req.param('name')}` }))

// Bun serves what a program exports, on PORT.
export default app
