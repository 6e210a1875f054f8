/** The containers, execs and images that one engine has, and how requests name them. */
import { Container, type ContainerConfig } from './container.ts';
import { DockerError } from './docker-error.ts';
import { EngineEvents } from './engine-events.ts';
import type { ExecInstance } from './exec-instance.ts';
import { firstImages, imageFor } from './images.ts';
import { refuseOtherUser, refuseWhatIsNotIsolated, type HostConfig } from './refuse.ts';

/** Finished execs that can still be inspected; dockerd drops them five minutes after, we by number. */
const keptExecs = 1000;

export class EngineState {
	readonly containers = new Map<string, Container>();
	readonly execs = new Map<string, ExecInstance>();
	readonly images = new Set(firstImages);
	readonly events = new EngineEvents();
	/** Images were "made" when the engine started. */
	readonly started = new Date();

	/** Adds a container as a request's body asks for it; throws dockerd's refusals. */
	create(name: string | null, body: unknown): Container {
		const { HostConfig: hostConfig = {}, ...given } = objectOf<
			Partial<ContainerConfig> & { HostConfig?: HostConfig }
		>(body);
		if (name !== null && !/^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
			throw new DockerError(
				400,
				`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`
			);
		const image = imageFor(String(given.Image ?? ''));
		refuseWhatIsNotIsolated(hostConfig);
		refuseOtherUser(String(given.User ?? ''));
		if (Object.keys(objectOf(given.Volumes)).length > 0)
			throw new DockerError(400, 'the embedded engine refuses volumes (Config.Volumes)');
		const config = {
			...defaultConfig,
			...given,
			Tty: given.Tty === true,
			OpenStdin: given.OpenStdin === true,
			StdinOnce: given.StdinOnce === true,
			Labels: objectOf<Record<string, string>>(given.Labels)
		};
		config.Entrypoint = words(given.Entrypoint);
		config.Cmd = words(given.Cmd) ?? (config.Entrypoint ? null : image.cmd);
		const joins = this.#joined(hostConfig);
		const wanted = name?.replace(/^\//, '');
		const other = wanted && [...this.containers.values()].find((each) => each.name === wanted);
		if (other)
			throw new DockerError(
				409,
				`Conflict. The container name "/${wanted}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`
			);
		const container: Container = new Container(
			{
				name: wanted ?? nameFor(image.name, this.containers.size),
				image,
				config,
				hostConfig,
				joins
			},
			(action, more) => {
				this.events.container(container, action, more);
				if (action === 'die') this.#ended(container);
			}
		);
		this.images.add(image.reference);
		this.containers.set(container.id, container);
		this.events.container(container, 'create');
		return container;
	}

	#joined(hostConfig: HostConfig): Container | undefined {
		const of = (mode: string | undefined) => /^container:(.+)$/.exec(mode ?? '')?.[1];
		const net = of(hostConfig.NetworkMode);
		const ipc = of(hostConfig.IpcMode);
		if (!net && !ipc) return undefined;
		const [byNet, byIpc] = [net, ipc].map((id) => (id ? this.container(id) : undefined));
		if (!byNet || (byIpc && byIpc !== byNet))
			throw new DockerError(
				400,
				'the embedded engine joins the namespaces of one container: NetworkMode and IpcMode must name the same'
			);
		return byNet.joins ?? byNet;
	}

	/** By id, name or unique beginning of an id; throws dockerd's 404. */
	container(key: string): Container {
		const all = [...this.containers.values()];
		const exact =
			this.containers.get(key) ?? all.find((each) => each.name === key.replace(/^\//, ''));
		if (exact) return exact;
		const begun = /^[0-9a-f]+$/.test(key) ? all.filter((each) => each.id.startsWith(key)) : [];
		if (begun.length > 1)
			throw new DockerError(400, `Multiple IDs found with provided prefix: ${key}`);
		if (!begun[0]) throw new DockerError(404, `No such container: ${key}`);
		return begun[0];
	}

	exec(id: string): ExecInstance {
		const exec = this.execs.get(id);
		if (!exec) throw new DockerError(404, `No such exec instance: ${id}`);
		return exec;
	}

	addExec(exec: ExecInstance): void {
		this.execs.set(exec.id, exec);
		const { id: execID, container, config } = exec;
		const told = (what: string, more = {}) =>
			this.events.container(container, what, { execID, ...more });
		told(`exec_create: ${config.argv.join(' ')}`);
		exec.happened = (what) =>
			what === 'start'
				? told(`exec_start: ${config.argv.join(' ')}`)
				: told('exec_die', { exitCode: String(exec.exitCode) });
		for (const old of this.execs.values()) {
			if (this.execs.size <= keptExecs) return;
			if (old.state === 'finished') this.execs.delete(old.id);
		}
	}

	/** Ids of what runs in a container now. */
	running(container: Container): string[] {
		return [...this.execs.values()]
			.filter((exec) => exec.container === container && exec.state === 'running')
			.map((exec) => exec.id);
	}

	/** Ends it and forgets it. */
	async remove(container: Container): Promise<void> {
		await container.kill();
		this.#forget(container);
		for (const exec of this.execs.values())
			if (exec.container === container) this.execs.delete(exec.id);
	}

	/** Ends every container, and waits for what ran in them. */
	async close(): Promise<void> {
		const execs = [...this.execs.values()];
		await Promise.all([...this.containers.values()].map((each) => this.remove(each)));
		await Promise.all(execs.map((exec) => exec.exited()));
	}

	/** When a container stops, execs that never ran are gone; one that ran ends with it, and can be inspected. */
	#ended(container: Container): void {
		for (const exec of this.execs.values())
			if (exec.container === container && exec.state === 'created') this.execs.delete(exec.id);
		if (container.hostConfig.AutoRemove) this.#forget(container);
	}

	#forget(container: Container): void {
		this.containers.delete(container.id);
		container.discard();
		this.events.container(container, 'destroy');
	}
}

const defaultConfig: ContainerConfig = {
	Hostname: '',
	Domainname: '',
	User: '',
	AttachStdin: false,
	AttachStdout: false,
	AttachStderr: false,
	Tty: false,
	OpenStdin: false,
	StdinOnce: false,
	Env: null,
	Cmd: null,
	Image: '',
	Volumes: null,
	WorkingDir: '',
	Entrypoint: null,
	OnBuild: null,
	Labels: {}
};

/** A value of a request's body that should be an object; null and absent count as empty. */
export function objectOf<T extends object>(value: unknown): T {
	if (value === undefined || value === null) return {} as T;
	if (typeof value !== 'object' || Array.isArray(value))
		throw new DockerError(400, 'json: cannot unmarshal a value that is no object');
	return value as T; // fields are checked where they are used
}

/** A list of words, or one string (which Docker takes for one word); null when there is none. */
export function words(value: unknown): string[] | null {
	if (typeof value === 'string') return [value];
	if (!Array.isArray(value) || value.length === 0) return null;
	return value.map(String);
}

const nameFor = (image: string, n: number) => `${image}_${n + 1}`;
