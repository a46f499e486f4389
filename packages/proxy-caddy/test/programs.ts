/** What the tests need of this host. CI sets HOP3_REQUIRE=all: there a program that is missing is a failure. */
import { existsSync } from 'node:fs'

const isThere = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin', '/usr/local/bin'].some((path) => existsSync(`${path}/caddy`))

export const isSkipped = !isThere && process.env['HOP3_REQUIRE'] !== 'all'
/** For the name of what is skipped. */
export const need = isThere ? '' : ' (needs: apt-get install caddy)'
