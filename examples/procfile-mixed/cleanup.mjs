import { rmSync } from 'node:fs'
import { join } from 'node:path'

rmSync(join(process.env.HOP3_DATA ?? '.', 'job'), { force: true })
console.log('cleaned up')
