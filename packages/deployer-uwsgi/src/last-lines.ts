/** The end of a log, for an error message. */
import { readLastLines } from '@hop3/releases'

const mostLines = 20
/** uWSGI says some thirty lines about every start. */
const mostRead = 500

/** The last lines after `offset`, without what uWSGI says about itself; empty when there is no such file. */
export async function lastLines(path: string, offset: number): Promise<string> {
  const { lines } = await readLastLines(path, mostRead, offset).catch(() => ({ lines: [] }))
  return lines
    .filter((line) => line.trim() !== '' && !isChatter(line))
    .slice(-mostLines)
    .join('\n')
}

const chatter =
  /^(emperor_\w+\(\)|.*\[emperor\]|lost connection with my emperor|VACUUM:|\*\*\*|!!!!|uWSGI running as root|your (processes|memory|mercy|server)|detected |compiled with|os: |nodename: |machine: |clock source|pcre jit|current working|lock engine|thunder lock|uwsgi socket|Python version|Python main|--- Python VM|python threads|mapped |spawned uWSGI|\[uwsgi-(daemons|cron)\]|running "|WSGI app \d|\[uWSGI\]|no request plugin|you may need to install|set (PythonHome|your)|announcing my|goodbye to|SIGINT\/SIGTERM|writing pidfile|dropping root|Set PythonHome|chdir\(\)|\w{3} \w{3} +\d+ [\d:]+ \d{4} - )/

function isChatter(line: string): boolean {
  return chatter.test(line) || line.includes('[core/emperor.c line ')
}
