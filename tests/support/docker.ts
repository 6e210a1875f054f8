import http from 'node:http';

export interface DockerAnswer {
	status: number;
	text: string;
}

/** One request to a Docker Engine API on a unix socket, as the docker command makes it. */
export function askDocker(
	docker: string,
	method: string,
	path: string,
	body?: object
): Promise<DockerAnswer> {
	const text = body ? JSON.stringify(body) : '';
	return new Promise((resolve, reject) => {
		const request = http.request(
			{
				socketPath: docker.replace(/^unix:\/\//, ''),
				method,
				path,
				agent: false,
				headers: {
					Host: 'docker',
					'User-Agent': 'Docker-Client/20.10.24 (linux)',
					...(body ? { 'Content-Type': 'application/json' } : {}),
					'Content-Length': Buffer.byteLength(text)
				}
			},
			(response) => {
				let answer = '';
				response.setEncoding('utf8');
				response.on('data', (chunk: string) => (answer += chunk));
				response.on('error', reject);
				response.on('end', () => resolve({ status: response.statusCode ?? 0, text: answer }));
			}
		);
		request.on('error', reject);
		request.end(text);
	});
}
