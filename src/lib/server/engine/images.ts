/**
 * The images that the embedded engine knows: names for a main program on the host's userland, since there is no
 * registry. Any tag and any registry prefix of a known name is that image.
 */
import { createHash } from 'node:crypto';
import { DockerError } from './docker-error.ts';
import { webServer } from './web-server.ts';

export interface Image {
	/** `nginx` of `docker.io/library/nginx:1.17`. */
	name: string;
	/** The reference with its tag: `nginx:latest`. */
	reference: string;
	id: string;
	env: string[];
	cmd: string[];
	extra: string;
}

/** Reaps what is orphaned to it and stops on TERM, as `pause` does. */
const idle = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 100000 & wait $!; done'];
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** BusyBox images have ping, Debian's nginx has not: only the former look into /opt/bin. */
const busyboxPath = `${path}:/opt/bin`;

const known: Record<string, () => { path: string; cmd: string[]; extra?: string }> = {
	nginx: () => {
		const { argv, extra } = webServer();
		return { path, cmd: argv, extra };
	},
	busybox: () => ({ path: busyboxPath, cmd: idle }),
	'prometheus-operator': () => ({ path: busyboxPath, cmd: idle }),
	pause: () => ({ path, cmd: idle })
};

/** The images that `docker images` shows before anything was pulled. */
export const firstImages = Object.keys(known).map((name) => `${name}:latest`);

/** `nginx` becomes `nginx:latest`; Docker Hub's own prefix is left out, as Docker shows it. */
export function normalReference(text: string): string {
	const short = text.replace(/^(docker\.io\/)?(library\/)?/, '');
	const last = short.slice(short.lastIndexOf('/') + 1);
	return /[:@]/.test(last) ? short : `${short}:latest`;
}

export function findImage(text: string): Image | undefined {
	const byId = /^(sha256:)?([0-9a-f]{12,64})$/.exec(text)?.[2];
	const name = byId
		? Object.keys(known).find((each) => idOf(each).startsWith(`sha256:${byId}`))
		: /([^/:@]+)(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.exec(text)?.[1];
	const make = name && Object.hasOwn(known, name) ? known[name] : undefined;
	if (!name || !make) return undefined;
	const { path: itsPath, cmd, extra = '' } = make();
	const env = [`PATH=${itsPath}`, 'LANG=C.UTF-8'];
	const reference = byId ? `${name}:latest` : normalReference(text);
	return { name, reference, id: idOf(name), env, cmd, extra };
}

/** Throws dockerd's 404 for an image that is not known. */
export function imageFor(text: string): Image {
	const image = findImage(text);
	if (!image) throw new DockerError(404, `No such image: ${normalReference(text)}`);
	return image;
}

const idOf = (name: string) =>
	`sha256:${createHash('sha256').update(`execscope ${name}`).digest('hex')}`;

export function imageSummary(image: Image, tags: string[], created: number) {
	return {
		Containers: -1,
		Created: Math.floor(created / 1000),
		Id: image.id,
		Labels: null,
		ParentId: '',
		RepoDigests: null,
		RepoTags: tags,
		SharedSize: -1,
		Size: 0,
		VirtualSize: 0
	};
}

export function imageInspection(image: Image, tags: string[], created: string) {
	const config = {
		Hostname: '',
		Domainname: '',
		User: '',
		AttachStdin: false,
		AttachStdout: false,
		AttachStderr: false,
		Tty: false,
		OpenStdin: false,
		StdinOnce: false,
		Env: image.env,
		Cmd: image.cmd,
		Image: '',
		Volumes: null,
		WorkingDir: '',
		Entrypoint: null,
		OnBuild: null,
		Labels: null
	};
	return {
		Id: image.id,
		RepoTags: tags,
		RepoDigests: [],
		Parent: '',
		Comment: "Execscope: the host's own /usr, read-only, under this name",
		Created: created,
		Container: '',
		ContainerConfig: config,
		DockerVersion: '',
		Author: '',
		Config: config,
		Architecture: architecture(),
		Os: 'linux',
		Size: 0,
		VirtualSize: 0,
		GraphDriver: { Data: null, Name: 'host' },
		RootFS: { Type: 'layers', Layers: [] },
		Metadata: { LastTagTime: '0001-01-01T00:00:00Z' }
	};
}

/** As Go names it. */
export const architecture = () =>
	({ x64: 'amd64', ia32: '386' })[process.arch as string] ?? process.arch;
