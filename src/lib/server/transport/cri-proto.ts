/**
 * The two CRI services as gRPC sees them, made from our own `runtime.proto` at run time: no generated code (upstream
 * has cri-api `pkg/apis/runtime/v1alpha2/api.pb.go`).
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

let loaded: Cri | undefined;

/**
 * Loads the services. What messages look like (plain objects with the proto file's names) is typed in
 * `wire/cri/messages.ts`.
 */
export function loadCri(): Cri {
	if (loaded) return loaded;
	const { root } = protobuf.parse(runtimeProto, { keepCase: true });
	const definition = fromJSON(root.toJSON(), criLoaderOptions);
	const { runtime } = grpc.loadPackageDefinition(definition) as unknown as {
		runtime: { v1alpha2: Cri };
	};
	loaded = {
		RuntimeService: runtime.v1alpha2.RuntimeService,
		ImageService: runtime.v1alpha2.ImageService
	};
	return loaded;
}

/** How grpc names an address: `unix:/run/x.sock` or `127.0.0.1:80`. */
export function grpcTarget(address: Address): string {
	return address.kind === 'unix' ? `unix:${address.path}` : formatAddress(address);
}
