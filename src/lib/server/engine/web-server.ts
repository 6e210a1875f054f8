/** The web server that stands in for nginx: perl, which every Debian has, else the Node that runs this. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const page = `<!doctype html>
<title>Execscope</title>
<h1>This is not nginx</h1>
<p>It is a small web server that stands in for the nginx image, so that a container of that name has something real
to run. It is a real process in Linux namespaces of its own, on this machine's own /usr, read-only.</p>
`;

/** What its container's log begins with; a line as nginx writes it follows for each request. */
const started = 'nginx (a stand-in): ready on port 80';

const perlServer = String.raw`
use IO::Socket::INET;
use POSIX qw(:sys_wait_h strftime);
$| = 1;
$0 = 'nginx: master process (a stand-in)';
$SIG{CHLD} = sub { 1 while waitpid(-1, WNOHANG) > 0 };
$SIG{TERM} = $SIG{QUIT} = $SIG{INT} = sub { exit 0 };
my $body = shift;
my $server = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => 80, Listen => 64, ReuseAddr => 1) or die "listen: $!\n";
print "${started}\n";
while (1) {
  my $client = $server->accept or next;
  next if fork;
  $SIG{CHLD} = $SIG{TERM} = 'DEFAULT';
  alarm 60;
  my $first = <$client> // exit;
  my %sent = (referer => '-', 'user-agent' => '-');
  while (my $line = <$client>) {
    last if $line =~ /^\r?\n$/;
    $sent{lc $1} = $2 if $line =~ /^([\w-]+):\s*(.*?)\r?\n$/;
  }
  my ($method, $path) = split ' ', $first;
  my ($status, $text) = $path =~ m{^/(index\.html)?(\?|$)} ? ('200 OK', $body) : ('404 Not Found', "404 page not found\n");
  print $client "HTTP/1.1 $status\r\nServer: execscope (stands in for nginx)\r\nContent-Type: text/html\r\nContent-Length: " . length($text) . "\r\nConnection: close\r\n\r\n";
  print $client $text unless $method eq 'HEAD';
  $first =~ s/\r?\n$//;
  my $bytes = $method eq 'HEAD' ? 0 : length $text;
  my $now = strftime('%d/%b/%Y:%H:%M:%S +0000', gmtime);
  print $client->peerhost, " - - [$now] \"$first\" ", substr($status, 0, 3), " $bytes \"$sent{referer}\" \"$sent{'user-agent'}\"\n";
  exit;
}
`;

const nodeServer = `
process.title = 'nginx: master process (a stand-in)';
process.on('SIGTERM', () => process.exit(0));
const body = process.argv[1];
require('node:http').createServer((request, response) => {
  const found = /^\\/(index\\.html)?(\\?|$)/.test(request.url);
  response.writeHead(found ? 200 : 404, { server: 'execscope (stands in for nginx)', 'content-type': 'text/html' });
  const text = found ? body : '404 page not found\\n';
  response.end(text);
  const [, day, month, year, time] = new Date().toUTCString().split(' ');
  const { referer = '-', 'user-agent': agent = '-' } = request.headers;
  const bytes = request.method === 'HEAD' ? 0 : Buffer.byteLength(text);
  console.log(request.socket.remoteAddress.replace('::ffff:', '') + ' - - [' + [day, month, year].join('/') + ':' + time + ' +0000] "' + request.method + ' ' + request.url + ' HTTP/' + request.httpVersion + '" ' + response.statusCode + ' ' + bytes + ' "' + referer + '" "' + agent + '"');
}).listen(80, () => console.log('${started}'));
`;

/** Its argv inside a container, and the host file that must be shown there at /opt/bin ('' for none). */
export function webServer(): { argv: string[]; extra: string } {
	if (existsSync('/usr/bin/perl')) return { argv: ['perl', '-e', perlServer, page], extra: '' };
	const node = process.execPath;
	if (node.startsWith('/usr/')) return { argv: [node, '-e', nodeServer, page], extra: '' };
	if (!reachableByAll(node))
		throw new Error(`the nginx image needs perl, or a Node that every user may run; not ${node}`);
	return { argv: ['/opt/bin/node', '-e', nodeServer, page], extra: node };
}

/** A pod's user must be able to walk to it; blanks would need escapes in the boot script's table. */
function reachableByAll(file: string): boolean {
	if (/\s/.test(file)) return false;
	for (let dir = dirname(file); dir !== '/'; dir = dirname(dir))
		if ((statSync(dir).mode & 0o001) === 0) return false;
	accessSync(file, constants.X_OK);
	return true;
}
