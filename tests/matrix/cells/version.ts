import { eras } from '../../../src/lib/trace/eras.ts';
import { releaseOf, type KubectlVersion } from '../../support/real-kubectl.ts';
import { line, since, type Cells } from '../cell.ts';

const minorOf = (version: string) => Number(version.split('.')[1]);

/** From 1.23 on kubectl warns of a server that is more than one minor version away. */
function skew(version: KubectlVersion, server: string): string {
	const apart = Math.abs(minorOf(releaseOf(version)) - minorOf(server));
	if (!since('1.23', version) || apart <= 1) return '';
	const warning = since('1.34', version) ? 'Warning' : 'WARNING';
	return `${warning}: version difference between client (1.${minorOf(releaseOf(version))}) and server (1.${minorOf(server)}) exceeds the supported minor version skew of +/-1\n`;
}

const kustomize = '(Kustomize Version: v\\S+\n)?';
const plain = (text: string) => text.replaceAll('.', '\\.');

export const version: Cells = {
	'client and server': line('version', {
		quick: true,
		out: (kubectl, era) => {
			const client = plain(releaseOf(kubectl));
			const server = plain(eras[era].version);
			return since('1.28', kubectl)
				? new RegExp(`^Client Version: v${client}\n${kustomize}Server Version: v${server}\n$`)
				: new RegExp(
						`^Client Version: version\\.Info\\{.*GitVersion:"v${client}".*\\}\n${kustomize}Server Version: version\\.Info\\{.*GitVersion:"v${server}".*\\}\n$`
					);
		},
		err: (kubectl, era) => {
			const deprecated = since('1.24', kubectl) && !since('1.28', kubectl);
			const notice =
				'WARNING: This version information is deprecated and will be replaced with the output from kubectl version --short.  Use --output=yaml|json to get the full version.\n';
			return `${deprecated ? notice : ''}${skew(kubectl, eras[era].version)}`;
		}
	}),
	'-o json': line('version -o json', {
		out: (kubectl, era) =>
			new RegExp(
				`"gitVersion": "v${plain(releaseOf(kubectl))}"[^]*"serverVersion"[^]*"gitVersion": "v${plain(eras[era].version)}"`
			),
		err: (kubectl, era) => skew(kubectl, eras[era].version)
	}),
	'--short': line('version --short', {
		code: { '1.20': 0, '1.28': 1 },
		runs: { '1.20': 1, '1.28': 0 },
		out: (kubectl, era) =>
			since('1.28', kubectl)
				? ''
				: new RegExp(
						`^Client Version: v${plain(releaseOf(kubectl))}\n${kustomize}Server Version: v${plain(eras[era].version)}\n$`
					),
		err: (kubectl, era) => {
			if (since('1.28', kubectl))
				return "error: unknown flag: --short\nSee 'kubectl version --help' for usage.\n";
			const notice =
				'Flag --short has been deprecated, and will be removed in the future. The --short output will become the default.\n';
			return `${since('1.24', kubectl) ? notice : ''}${skew(kubectl, eras[era].version)}`;
		}
	})
};
