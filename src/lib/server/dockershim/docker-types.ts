/** The parts of the Docker Engine API's objects that the shim reads and writes (moby api/types). */

export interface VersionJson {
	Version: string;
	ApiVersion: string;
}

/** A row of `docker ps`. */
export interface ContainerSummary {
	Id: string;
	Names: string[];
	Image: string;
	ImageID: string;
	/** Seconds since 1970. */
	Created: number;
	/** `Up 5 minutes`, `Exited (0) 2 hours ago`, `Created`. */
	Status: string;
	Labels: Record<string, string> | null;
}

export interface ContainerJson {
	Id: string;
	Name: string;
	Created: string;
	Image: string;
	/** Where its driver writes its log; empty when that is no file. */
	LogPath?: string;
	State: {
		Running: boolean;
		/** 0 when it does not run. */
		Pid?: number;
		OOMKilled?: boolean;
		Error?: string;
		ExitCode: number;
		StartedAt: string;
		FinishedAt: string;
	};
	Config: { Image: string; Labels: Record<string, string> | null };
	HostConfig?: { NetworkMode?: string; PidMode?: string; IpcMode?: string };
	NetworkSettings?: { IPAddress?: string };
}

export interface CreateBody {
	Image: string;
	Labels: Record<string, string>;
	Hostname?: string;
	Entrypoint?: string[];
	Cmd?: string[];
	Env?: string[];
	User?: string;
	WorkingDir?: string;
	Tty?: boolean;
	OpenStdin?: boolean;
	StdinOnce?: boolean;
	HostConfig?: Record<string, unknown>;
}

export interface ExecOptions {
	Cmd: string[];
	AttachStdin: boolean;
	AttachStdout: boolean;
	AttachStderr: boolean;
	Tty: boolean;
}

export interface ExecJson {
	ID: string;
	Running: boolean;
	/** Null while it runs. */
	ExitCode: number | null;
}

export interface ImageSummary {
	Id: string;
	RepoTags: string[] | null;
	RepoDigests: string[] | null;
	VirtualSize?: number;
	Size: number;
}

export interface ImageJson extends ImageSummary {
	Config?: { User?: string } | null;
}
