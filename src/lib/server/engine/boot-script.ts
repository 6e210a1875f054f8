/**
 * The shell script that becomes a container's PID 1: what runc and a container image do for a real engine. It builds a
 * root file system out of the host's read-only /usr, shuts the host's files out with pivot_root and drops every
 * capability. The text travels as an argument, so the package itself may lie in a folder nobody else can read.
 *
 * argv: NAME EXTRA STDIN CMD ARG...
 *   NAME   host name of the pod, or '' when joining a pod whose net, ipc and uts namespaces exist already
 *   EXTRA  one more host file to show read-only at /opt/bin/<its name>, or ''
 *   STDIN  `null`: the command has none of ours; `given`: it is fd 4
 *   CMD... the complete final argv, beginning with `env -i K=V...`
 * fd 3: a socket. The script writes `<host pid>\n` once the host's files are out of reach, and nothing before that;
 * then it waits for a line, so that the engine can look at the root before the command starts. No line: it ends.
 * fd 4, 5, 6: the command's own stdin, stdout and stderr, apart from what is said on the way to it. A terminal is not
 * its stdin before: a bash on the way would make it its own.
 */
export const bootScript = String.raw`
set -eu; umask 022
name=$1 extra=$2 stdin=$3; shift 3
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
S=/mnt                                      # any existing directory: only this mount namespace sees the change
read -r hostpid _ </proc/self/stat          # /proc is still the host's, so this is our pid as the engine sees it

if [ "$name" ]; then                        # settings of the pod, made while we still own its namespaces
  hostname "$name"
  ip link set lo up 2>/dev/null || perl -e 'socket(S,2,2,0); $r=pack("a16sx22","lo",0x49); ioctl(S,0x8914,$r) or die "lo: $!\n"'
  echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start   # port 80 without a capability, in this net namespace only
  echo 0 >/proc/sys/user/max_user_namespaces              # nobody inside gets fresh capabilities from a nested namespace
fi

mount -t tmpfs -o size=1m,mode=755,nosuid,nodev root $S; cd $S
mkdir -p usr etc/alternatives proc dev/pts dev/shm sys tmp root home run var opt/bin srv mnt
for d in bin sbin lib lib32 lib64 libx32; do         # merged /usr: copy the link; otherwise bind the directory
  if [ -L /$d ]; then ln -s "$(readlink /$d)" $d; elif [ -d /$d ]; then mkdir $d; fi
done
printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/:/usr/sbin/nologin' >etc/passwd
printf '%s\n' 'root:x:0:' 'tty:x:5:' 'nogroup:x:65534:' >etc/group
printf '%s\n' '127.0.0.1 localhost' "127.0.0.1 $(hostname)" '::1 localhost' >etc/hosts
hostname >etc/hostname; : >etc/ld.so.cache; : >etc/resolv.conf
echo 'hosts: files' >etc/nsswitch.conf
printf '%s\n' 'ID=execscope' 'PRETTY_NAME="Execscope container (host /usr, read-only)"' >etc/os-release
printf '%s\n' '# made by the boot script, so that an interactive shell greets as in a Debian image' 'PS1="\u@\h:\w\\$ "' >etc/bash.bashrc
cat >opt/bin/ping <<'PING'
#!/usr/bin/perl
# Stands in for BusyBox ping where the host has none in /usr: looks the name up and opens the socket, for real.
use Socket;
sub fail { print STDERR "ping: @_\n"; exit 1 }
my ($host) = grep { !/^-/ } @ARGV or fail('no address given');
my $address = inet_aton($host) or fail("bad address '$host'");
socket(my $s, PF_INET, SOCK_RAW, 1) or fail('permission denied (are you root?)');
print "PING $host (", inet_ntoa($address), "): 56 data bytes\n";
send($s, pack('C2n3a56', 8, 0, 0xf7ff, 0, 0, ''), 0, sockaddr_in(0, $address)) or fail("sendto: $!");
PING
chmod 755 opt/bin/ping
for f in null zero full random urandom tty; do : >dev/$f; done
ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
if [ "$extra" ]; then : >"opt/bin/${'$'}{extra##*/}"; fi

{ ro=ro,nosuid,nodev rw=nosuid,nodev                  # one table, one mount process
  echo "/usr                $S/usr              none   rbind,$ro"
  for d in bin sbin lib lib32 lib64 libx32; do [ -L /$d ] || [ ! -d /$d ] || echo "/$d $S/$d none rbind,$ro"; done
  [ ! -e /etc/ld.so.cache ] || echo "/etc/ld.so.cache $S/etc/ld.so.cache none bind,$ro"
  [ ! -d /etc/alternatives ] || echo "/etc/alternatives $S/etc/alternatives none bind,$ro"
  [ -z "$extra" ] || echo "$extra $S/opt/bin/${'$'}{extra##*/} none bind,$ro"
  for f in null zero full random urandom tty; do echo "/dev/$f $S/dev/$f none bind"; done
  echo "devpts              $S/dev/pts          devpts newinstance,ptmxmode=0666,mode=0620,nosuid,noexec"
  for t in dev/shm:16m tmp:64m root:16m home:16m run:1m var:64m; do
    m=755; case $t in tmp:*|dev/shm:*) m=1777;; root:*) m=700;; esac
    echo "tmpfs $S/${'$'}{t%:*} tmpfs size=${'$'}{t#*:},nr_inodes=8k,mode=$m,$rw"; done
  echo "proc                $S/proc             proc   nosuid,nodev,noexec"
  for p in bus fs irq sys sysrq-trigger; do [ ! -e /proc/$p ] || echo "$S/proc/$p $S/proc/$p none bind,$ro,noexec"; done
  for p in kcore keys latency_stats timer_list sched_debug; do [ ! -f /proc/$p ] || echo "/dev/null $S/proc/$p none bind"; done
  for p in acpi asound scsi; do [ ! -d /proc/$p ] || echo "tmpfs $S/proc/$p tmpfs ro,size=4k,nosuid,nodev"; done
} >etc/fstab
mount --all --fstab etc/fstab
while read -r _ m _; do case $m in $S/usr/*) mount -o remount,bind,ro,nosuid,nodev "$m";; esac; done </proc/self/mounts
sed -i "s, $S/, /,g" etc/fstab                        # left as a lesson: cat /etc/fstab shows how this root was made
cp etc/bash.bashrc root/.bashrc                       # for a bash that was built without /etc/bash.bashrc
mount -o remount,bind,ro,nosuid,nodev $S              # also makes /etc and /dev read-only

pivot_root . .; umount -l .; cd /                     # from here on the host's tree does not exist for us
echo "$hostpid" >&3; read -r _ <&3
case $stdin in null) exec </dev/null;; *) exec <&4;; esac
exec >&5 2>&6 3>&- 4<&- 5>&- 6>&-
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
`.trimStart();
