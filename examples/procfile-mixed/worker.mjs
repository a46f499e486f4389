import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const { HOP3_DATA = '.' } = process.env
let job = 0

const timer = setInterval(() => writeFileSync(join(HOP3_DATA, 'job'), `${++job}\n`), 1000)
console.log('working')

process.on('SIGTERM', () => clearInterval(timer))
