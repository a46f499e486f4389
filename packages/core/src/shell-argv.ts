/**
 * The argv of a worker of an image whose command is a shell's. Who stops a container tells its first process only, and a shell neither passes
 * that on nor waits: what it runs would be killed in the middle of a request. Here SIGTERM, like a terminal's Ctrl-C, reaches everything
 * the command has started, and the container lasts until all of it has ended. Takes nothing of the image but /bin/sh and a `sleep`.
 */
export const shellArgv = (command: string): readonly string[] => ['/bin/sh', '-c', script, command]

// A process of the group is told by the third field behind its name in /proc: state, parent, group.
const script = `trap 'set -- stopping; trap : TERM INT QUIT; kill -TERM 0' TERM INT QUIT
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
