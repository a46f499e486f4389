/** Shell lines of the supervisor: pure text. */

/**
 * Ends what an earlier supervisor of the instance left, which would keep the port. Known by the instance's mark or, where a process has
 * overwritten its environment, by the session that supervisor led in this boot. uWSGI and what it has just forked are spared.
 */
export const endLeftovers =
  'read -r boot < /proc/sys/kernel/random/boot_id\n' +
  'if [ -e supervisor ]; then\n' +
  'read -r session then < supervisor\n' +
  '[ "$then" = "$boot" ] || session=none\n' +
  'for round in 1 2 3 4 5 6 7 8 9 10; do\n' +
  // A pattern with a line break would be several.
  "case $HOP3_INSTANCE in *'\n'*) marked= ;;\n" +
  '*) marked=$(env -i PATH="$PATH" grep -lzxF "HOP3_INSTANCE=$HOP3_INSTANCE" /proc/[0-9]*/environ 2> /dev/null) ;;\n' +
  'esac\n' +
  // Its number is another's meanwhile.
  'case "$marked" in *"/proc/$session/environ"*) ;; *) [ -e "/proc/$session" ] && session=none ;; esac\n' +
  'left=\n' +
  'for stat in /proc/[0-9]*/stat; do\n' +
  '{ IFS= read -r line < "$stat"; } 2> /dev/null || continue\n' +
  'pid=${stat#/proc/} pid=${pid%/stat}\n' +
  'set -f; set -- ${line##*) }; set +f\n' +
  '[ "$pid" = "$$" ] || [ "$pid" = "$PPID" ] || [ "$2" = "$$" ] || [ "$2" = "$PPID" ] || [ "$1" = Z ] && continue\n' +
  'case "$4:$marked" in "$session":* | *"/proc/$pid/environ"*) left="$left $pid" ;; esac\n' +
  'done\n' +
  '[ -n "$left" ] || break\n' +
  'kill -9 $left 2> /dev/null\n' +
  'sleep 0.1\n' +
  'done\n' +
  'fi\n' +
  'echo "$$ $boot" > supervisor\n'
