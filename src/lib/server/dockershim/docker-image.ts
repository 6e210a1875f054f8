/** The image service: `pkg/kubelet/dockershim/docker_image.go`. No credentials are sent on. */
import type { CriMessage, CriSent } from '../../wire/cri/messages.ts';
import { toImage } from './convert.ts';
import type { DockerClient } from './docker-client.ts';
import { DockerError } from './docker-error.ts';
import type { Asking } from './docker-transport.ts';
import type { ImageJson } from './docker-types.ts';

export async function listImages(
	client: DockerClient,
	{ filter }: CriMessage<'ListImagesRequest'>,
	asking: Asking
): Promise<CriSent<'ListImagesResponse'>> {
	const images = await client.listImages(asking, filter?.image?.image ?? '');
	return { images: images.map(toImage) };
}

/** An image that is not here is no error: the answer has none. */
export async function imageStatus(
	client: DockerClient,
	{ image }: CriMessage<'ImageStatusRequest'>,
	asking: Asking
): Promise<CriSent<'ImageStatusResponse'>> {
	const found = await inspectIfThere(client, image?.image ?? '', asking);
	if (!found) return {};
	return { image: { ...toImage(found), ...user(found.Config?.User ?? '') } };
}

export async function pullImage(
	client: DockerClient,
	{ image }: CriMessage<'PullImageRequest'>,
	asking: Asking
): Promise<CriSent<'PullImageResponse'>> {
	const wanted = image?.image ?? '';
	const { name, tag } = parseImageName(wanted);
	await client.pullImage(asking, name, tag);
	const found = await inspectIfThere(client, wanted, asking);
	if (!found) throw new DockerError(`unable to inspect image ${wanted}`);
	return { image_ref: found.RepoDigests?.[0] ?? found.Id };
}

/** Name and tag (or digest) as the pull request wants them apart; without a tag it is `latest`. */
export function parseImageName(image: string): { name: string; tag: string } {
	const at = image.indexOf('@');
	if (at >= 0) return { name: image.slice(0, at), tag: image.slice(at + 1) };
	// A colon before the last slash is a registry's port.
	const colon = image.indexOf(':', image.lastIndexOf('/') + 1);
	if (colon < 0) return { name: image, tag: 'latest' };
	return { name: image.slice(0, colon), tag: image.slice(colon + 1) };
}

async function inspectIfThere(
	client: DockerClient,
	image: string,
	asking: Asking
): Promise<ImageJson | undefined> {
	try {
		return await client.inspectImage(asking, image);
	} catch (error) {
		if (error instanceof DockerError && error.notFound) return undefined;
		throw error;
	}
}

/** `Config.User` of an image is a number or a name, either with `:group`. */
function user(text: string): { uid?: { value: string }; username?: string } {
	const [name = ''] = text.split(':');
	if (name === '') return {};
	return /^\d+$/.test(name) ? { uid: { value: name } } : { username: name };
}
