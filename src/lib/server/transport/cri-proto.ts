/**
 * The two CRI services as gRPC sees them, made from our own `runtime.proto` at run time: no generated code (upstream
 * has cri-api `pkg/apis/runtime/{v1alpha2,v1}/api.pb.go`).
 */
import grpc from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import { formatAddress, type Address } from './address.ts';
import { criLoaderOptions } from '../../wire/cri/messages.ts';
import runtimeProto from '../../wire/cri/runtime.proto?raw';

/** Client constructors; the definition that `server.addService` wants is their `service`. */
export interface Cri {
	RuntimeService: grpc.ServiceClientConstructor;
	ImageService: grpc.ServiceClientConstructor;
}

/** Longer messages are refused by both ends, as upstream. */
const maxMessageBytes = 16 * 1024 * 1024;

/** What both ends pass to grpc. */
export const criChannelOptions = {
	'grpc.max_receive_message_length': maxMessageBytes,
	'grpc.max_send_message_length': maxMessageBytes
};

/** Both packages have the same messages, with the same numbers: only the paths of calls tell them apart. */
export const criVersions = ['v1alpha2', 'v1'] as const;
export type CriVersion = (typeof criVersions)[number];

const loaded = new Map<CriVersion, Cri>();

/**
 * Loads the services of a version. What messages look like (plain objects with the proto file's names) is typed in
 * `wire/cri/messages.ts`.
 */
export function loadCri(version: CriVersion = 'v1alpha2'): Cri {
	const known = loaded.get(version);
	if (known) return known;
	const text = runtimeProto.replace('package runtime.v1alpha2;', `package runtime.${version};`);
	const { root } = protobuf.parse(text, { keepCase: true });
	const definition = fromJSON(root.toJSON(), criLoaderOptions);
	const { runtime } = grpc.loadPackageDefinition(definition) as unknown as {
		runtime: Record<CriVersion, Cri>;
	};
	const { RuntimeService, ImageService } = runtime[version];
	const cri = { RuntimeService, ImageService };
	loaded.set(version, cri);
	return cri;
}

/** How grpc names an address: `unix:/run/x.sock` or `127.0.0.1:80`. */
export function grpcTarget(address: Address): string {
	return address.kind === 'unix' ? `unix:${address.path}` : formatAddress(address);
}
