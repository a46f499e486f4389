import type { ProxyContext } from '@hop3/core'
import { findProgram } from '@hop3/core/routes'

export interface ListenPlace {
  readonly address: string
  readonly port: number
}

/**
 * While `work` runs, and for half a second more, new connections to these places go to the socket that began to listen last.
 * Caddy opens a second socket at each port when it is told something new (SO_REUSEPORT), and half of the new connections would wait at the
 * first when it is closed, which resets them. Where it cannot be had (no perl, Linux before 5.3, another system) only `work` is done.
 */
export async function newestFirst<T>(context: Tools, places: readonly ListenPlace[], work: () => Promise<T>): Promise<T> {
  if (!(await rule(context, 'newest', places))) return work()
  try {
    return await work()
  } finally {
    // Caddy says that it is done a moment before it lets go of the first.
    await context.clock.sleep(lettingGo)
    await rule(context, 'any', places)
  }
}

const lettingGo = 500

type Tools = Pick<ProxyContext, 'clock' | 'env' | 'log' | 'run'>

async function rule({ env, log, run }: Tools, which: 'newest' | 'any', places: readonly ListenPlace[]): Promise<boolean> {
  if (!commonNumbers.has(process.arch)) return false
  const args = ['-e', program, which, ...new Set(places.flatMap(({ address, port }) => bound(address).map((one) => `${one} ${port}`)))]
  try {
    const { exitCode, stderr } = await run({ file: await findProgram(perl, env), args, cwd: '/', env: {}, timeout: 5_000 })
    if (exitCode !== 0) log.debug(`New connections cannot be led to Caddy's newest sockets: ${stderr.trim()}`)
    return true
  } catch (error) {
    log.debug(`New connections cannot be led to Caddy's newest sockets: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

/** Where Linux numbers the options of sockets as below. */
const commonNumbers = new Set<string>(['x64', 'arm64', 'arm', 'ia32', 'riscv64', 's390x', 'loong64'])

const perl = { name: 'perl', title: 'perl', elsewhere: ['/usr/bin'], install: 'apt-get install perl-base' }

/** What Go binds where it is told to listen on all addresses: both families by one socket where there are two. */
function bound(address: string): readonly string[] {
  return address === '0.0.0.0' ? ['::', address] : [address]
}

/**
 * A socket that joins Caddy's group for a moment as its second, because nothing but a member may give the group its rule (`the second, else any`)
 * or take it away. A filter lets nothing reach the socket itself: who knocks in that moment is heard when the client's kernel knocks again, a
 * second later. Numbers: SO_REUSEPORT 15, SO_ATTACH_FILTER 26, SO_ATTACH_REUSEPORT_CBPF 51, SO_DETACH_REUSEPORT_BPF 68, IPV6_V6ONLY 26; 6 is
 * `return`.
 */
const program = String.raw`
use strict; use Errno; use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6 AF_INET6);
my ($nobody, $second) = map { pack 'SCCL', 6, 0, 0, $_ } 0, 1;
my ($which, @places) = @ARGV;
my $failed = 0;
for (@places) {
  my ($address, $port) = split / /;
  my $six = $address =~ /:/;
  my $place = $six ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)) : pack_sockaddr_in($port, inet_aton($address));
  my $socket;
  socket($socket, $six ? AF_INET6 : AF_INET, SOCK_STREAM, 0)
    && setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1)
    && setsockopt($socket, SOL_SOCKET, 15, 1)
    && (!$six || setsockopt($socket, 41, 26, 0))
    && setsockopt($socket, SOL_SOCKET, 26, pack 'S x![P] P', 1, $nobody)
    && bind($socket, $place)
    && listen($socket, 1)
    && (setsockopt($socket, SOL_SOCKET, 68, 0) || $!{ENOENT})
    && ($which eq 'any' || setsockopt($socket, SOL_SOCKET, 51, pack 'S x![P] P', 1, $second))
    && next;
  warn "$_: $!\n";
  $failed = 1;
}
exit $failed;
`
