/**
 * client-go's clientcmd: from a kubeconfig and `--context`, `-n` to the server, the credentials and the namespace.
 * Inline data only: our kubeconfig names no files.
 */

/** A kubeconfig file as a plain object; `*-data` fields are base64 of PEM. */
export interface Kubeconfig {
	clusters: { name: string; cluster: { server: string; 'certificate-authority-data'?: string } }[];
	users: {
		name: string;
		user: { 'client-certificate-data'?: string; 'client-key-data'?: string; token?: string };
	}[];
	contexts: { name: string; context: { cluster: string; user: string; namespace?: string } }[];
	'current-context': string;
}

/** `rest.Config`. Certificates and keys are PEM. */
export interface RestConfig {
	server: string;
	ca?: string;
	cert?: string;
	key?: string;
	token?: string;
	namespace: string;
}

/** Throws an Error with clientcmd's text when a name is not in the kubeconfig. */
export function restConfig(
	config: Kubeconfig,
	overrides: { context?: string; namespace?: string }
): RestConfig {
	const name = overrides.context || config['current-context'];
	const context = config.contexts.find((each) => each.name === name)?.context;
	if (!context) throw new Error(`context ${JSON.stringify(name)} does not exist`);
	const cluster = config.clusters.find((each) => each.name === context.cluster)?.cluster;
	if (!cluster) throw new Error(`cluster ${JSON.stringify(context.cluster)} does not exist`);
	const user = config.users.find((each) => each.name === context.user)?.user;
	if (!user) throw new Error(`auth info ${JSON.stringify(context.user)} does not exist`);
	return {
		server: cluster.server.replace(/\/+$/, ''),
		ca: pem(cluster['certificate-authority-data']),
		cert: pem(user['client-certificate-data']),
		key: pem(user['client-key-data']),
		token: user.token,
		namespace: overrides.namespace || context.namespace || 'default'
	};
}

function pem(data: string | undefined): string | undefined {
	return data === undefined ? undefined : Buffer.from(data, 'base64').toString();
}
