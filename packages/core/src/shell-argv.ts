import { plainWords } from './plain-words.ts'

/**
 * The argv of a worker of an image whose command is a shell's. Who stops a container tells its first process only, and a shell neither passes
 * that on nor waits: what it runs would be killed in the middle of a request. A single program takes the shell's place. Elsewhere the signal
 * reaches the whole process group of the command, as a terminal's Ctrl-C does, and the container lasts until that is empty; what it runs begins,
 * as everything in the background of a shell, with SIGINT and SIGQUIT ignored. Takes nothing of the image but /bin/sh and a `sleep`.
 */
export function shellArgv(command: string): readonly string[] {
  const program = command.replace(/^\s*exec\s+/, '')
  return isOneProgram(program) ? ['/bin/sh', '-c', `exec ${program}`] : ['/bin/sh', '-c', script, command]
}

/** Whether there is nothing in it but words, of which all but the first may be quoted and have variables. */
function isOneProgram(command: string): boolean {
  const [first = ''] = command.trim().split(/[ \t]/)
  const filled = command.replaceAll(/\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*(?::?-[\w.:/-]*)?\})/g, 'x').replaceAll(/"[^"\\`$]*"|'[^']*'/g, 'x')
  return plainWords(first) !== undefined && plainWords(filled) !== undefined
}

// A process of the group is told by the third field behind its name in /proc: state, parent, group. Ctrl-C is nothing they would hear.
const script = `for signal in TERM QUIT WINCH USR1; do trap "set -- stopping; trap : $signal; kill -$signal 0" $signal; done
trap 'kill -TERM $$' INT
/bin/sh -c "$0" &
while wait $!; code=$?; kill -0 $!; do :; done 2>/dev/null
others() {
  for stat in /proc/[0-9]*/stat; do
    { [ "$stat" != "/proc/$$/stat" ] && read -r line <"$stat"; } 2>/dev/null || continue
    set -- \${line##*) }
    [ "$1" != Z ] && [ "$3" = $$ ] && return
  done
  return 1
}
while [ "$1" ] && others; do sleep 0.1 || break; done
exit $code`
