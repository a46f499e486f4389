import express from 'express'

const { PORT = '3000', BIND_ADDRESS = '127.0.0.1' } = process.env
const app = express()

app.get('/', (request, response) => response.send('Hello from Express\n'))
app.get('/greet/:name', (request, response) => response.json({ message: `Hello, ${request.params.name}` }))

const server = app.listen(Number(PORT), BIND_ADDRESS)
process.on('SIGTERM', () => server.close())
