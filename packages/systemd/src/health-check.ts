import { execWord } from './escape.ts'

/**
 * Constant, so that nothing anybody wrote is code: `$1` is the path. It waits until the worker answers, by port or by socket, as the health gate
 * does; systemd ends it after `TimeoutStartSec=`.
 */
const script = `command -v curl > /dev/null || { echo "The health check needs curl." >&2; exit 1; }
[ -n "$PORT" ] || { echo "The health check needs the PORT of the worker." >&2; exit 1; }
ask() { curl -q -gsS --noproxy "*" -m 5 -o /dev/null "$@" 2> /dev/null; }
if [ -n "$1" ]; then
  until ask -f "http://127.0.0.1:$PORT$1" || { [ -S "$HOP3_SOCKET" ] && ask -f --unix-socket "$HOP3_SOCKET" "http://localhost$1"; }; do sleep 0.5; done
else
  listens() { ask "$@"; [ $? -ne 7 ]; }
  until listens "http://127.0.0.1:$PORT/" || { [ -S "$HOP3_SOCKET" ] && listens --unix-socket "$HOP3_SOCKET" http://localhost/; }; do sleep 0.5; done
fi`

/** The value of `ExecStartPost=`. `path` as in the artifact: empty, a connection is enough. */
export function healthCheck(path: string): string {
  const asked = path === '' || path.startsWith('/') ? path : `/${path}`
  return ['/bin/sh -c', execWord(script, 'the health check'), 'health', execWord(asked, 'the path of the health check')].join(' ')
}
