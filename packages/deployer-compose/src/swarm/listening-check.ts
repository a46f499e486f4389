/**
 * A check that needs nothing in an image but /bin/sh: whether somebody listens on a port where others reach it, as the kernel tells it. The
 * swarm takes a new task for running, and ends an old one, only when its check says yes; without one as soon as its process is there.
 */
export function listeningCheck(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  // 0A: listening. 127.x.x.x and ::1 are in the byte order of the machine; where that is the other one, loopback counts as reachable.
  const look = (file: string, loopback: string): string =>
    `while read -r _ local _ state _; do case "$local $state" in ${loopback}:*) ;; *:${hex}" "0A) exit 0;; esac; done < /proc/net/${file}`
  return `${look('tcp', '??????7F')}; [ -r /proc/net/tcp6 ] && ${look('tcp6', '00000000000000000000000001000000')}; exit 1`
}
