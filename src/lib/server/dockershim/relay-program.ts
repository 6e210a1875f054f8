/**
 * What stands in for `socat - TCP4:localhost:PORT`: perl, which every Debian has and which starts in a few milliseconds,
 * else the Node that runs this. It complains in socat's words.
 */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface RelayProgram {
	name: 'perl' | 'node';
	/** Wants the port as one more argument. */
	argv: string[];
}

/** Copies both ways at once, so that neither side waits for the other, and half-closes as its sides do. */
const perlRelay = String.raw`
use Socket;
use IO::Handle;
use Errno;
use POSIX 'strftime';
my $port = shift;
sub refuse { print STDERR strftime('%Y/%m/%d %H:%M:%S', localtime), " socat[$$] E $_[0]: $!\n"; exit 1 }
socket(my $socket, PF_INET, SOCK_STREAM, 0) or refuse("socket(2, 1, 0)");
connect($socket, pack_sockaddr_in($port, INADDR_LOOPBACK)) or refuse("connect(5, AF=2 127.0.0.1:$port, 16)");
$SIG{PIPE} = 'IGNORE';
$_->blocking(0) for \*STDIN, \*STDOUT, $socket;
my @ways = ({ from => \*STDIN, to => $socket, open => 1, held => '' }, { from => $socket, to => \*STDOUT, open => 1, held => '' });
while (1) {
  my ($readable, $writable) = ('', '');
  for (@ways) {
    vec($readable, fileno $_->{from}, 1) = 1 if $_->{open} && length $_->{held} < 65536;
    vec($writable, fileno $_->{to}, 1) = 1 if length $_->{held};
  }
  select($readable, $writable, undef, undef);
  for (@ways) {
    if (vec($readable, fileno $_->{from}, 1)) {
      my $read = sysread($_->{from}, $_->{held}, 65536, length $_->{held});
      $_->{open} = 0 if defined $read ? $read == 0 : !$!{EAGAIN};
    }
    if (vec($writable, fileno $_->{to}, 1)) {
      my $written = syswrite($_->{to}, $_->{held});
      if (defined $written) { substr($_->{held}, 0, $written, '') }
      elsif (!$!{EAGAIN}) { $_->{held} = ''; $_->{open} = 0 }
    }
    next if $_->{open} || length $_->{held} || $_->{closed}++;
    exit 0 if $_->{to} != $socket;
    shutdown($socket, 1);
  }
}
`;

const nodeRelay = `
const port = Number(process.argv[1]);
const socket = require('node:net').connect({ host: '127.0.0.1', port, allowHalfOpen: true });
const words = { ECONNREFUSED: 'Connection refused', ECONNRESET: 'Connection reset by peer' };
let open = false;
socket.on('connect', () => { open = true; process.stdin.pipe(socket); });
socket.on('error', ({ code }) => {
  if (open) process.exit(0);
  const at = new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  console.error(at + ' socat[' + process.pid + '] E connect(5, AF=2 127.0.0.1:' + port + ', 16): ' + (words[code] ?? code));
  process.exit(1);
});
process.stdout.on('error', () => process.exit(0));
socket.pipe(process.stdout, { end: false });
socket.on('end', () => process.stdout.write('', () => process.exit(0)));
`;

/** The first that there is; undefined when a pod's user could run none. */
export function relayProgram(
	perl = '/usr/bin/perl',
	node = process.execPath
): RelayProgram | undefined {
	if (existsSync(perl)) return { name: 'perl', argv: [perl, '-e', perlRelay] };
	return reachableByAll(node) ? { name: 'node', argv: [node, '-e', nodeRelay] } : undefined;
}

function reachableByAll(file: string): boolean {
	for (let dir = dirname(file); dir !== '/'; dir = dirname(dir))
		if ((statSync(dir).mode & 0o001) === 0) return false;
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false; // not for everybody to run
	}
}
