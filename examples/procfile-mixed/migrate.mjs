import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const { HOP3_DATA = '.', HOP3_RELEASE = 'none' } = process.env
writeFileSync(join(HOP3_DATA, 'migrated'), `${HOP3_RELEASE}\n`)
console.log('migrated')
