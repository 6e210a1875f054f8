/**
 * CRI over gRPC on a unix socket: `pkg/kubelet/dockershim/remote/docker_server.go`, and `backend/daemon.go` of cri-dockerd.
 * Both versions of the interface are served in every era: which one is spoken is the kubelet's choice. Calls that are not served answer
 * Unimplemented. Each call belongs to a run: that of its `traceparent`, else one of its own.
 */
import { chmod, rm } from 'node:fs/promises';
import grpc from '@grpc/grpc-js';
import { Dropped, type Message, type Run, type Trace } from '../../trace/trace.ts';
import type { CriCall, CriMessage, CriSent } from '../../wire/cri/messages.ts';
import type { Address } from '../transport/address.ts';
import { criChannelOptions, criVersions, grpcTarget, loadCri } from '../transport/cri-proto.ts';
import { criAnswer } from './cri-answers.ts';
import { CriError, toGrpcStatus } from './cri-error.ts';
import type { Asking } from './docker-transport.ts';
import { streamCalls } from './stream-calls.ts';

export interface CriContext extends Asking {
	/** The call, as it was announced. */
	asked: Message;
}

/** The calls that are served. Those in `streamCalls` announce their own answer. */
export type CriHandlers = {
	[Call in CriCall]?: (
		request: CriMessage<`${Call}Request`>,
		context: CriContext
	) => Promise<CriSent<`${Call}Response`>>;
};

export interface DockerServerOptions {
	node: string;
	address: Address;
	handlers: CriHandlers;
	trace: Trace;
	/** Aborted when the shim stops. */
	stopping: AbortSignal;
}

type UnaryCall = grpc.ServerUnaryCall<object, object>;
type Handler = (request: object, context: CriContext) => Promise<object>;

/** Listens; the function stops it and ends all calls. */
export async function startDockerServer(options: DockerServerOptions): Promise<() => void> {
	const server = new grpc.Server(criChannelOptions);
	for (const version of criVersions) {
		const cri = loadCri(version);
		for (const service of ['RuntimeService', 'ImageService'] as const) {
			const { service: definition } = cri[service];
			server.addService(definition, implementation(definition, options));
		}
	}
	// A socket file that a killed shim left behind would be an address in use.
	if (options.address.kind === 'unix') await rm(options.address.path, { force: true });
	await new Promise<void>((resolve, reject) => {
		const credentials = grpc.ServerCredentials.createInsecure();
		server.bindAsync(grpcTarget(options.address), credentials, (error) =>
			error ? reject(error) : resolve()
		);
	});
	if (options.address.kind === 'unix') await chmod(options.address.path, 0o600);
	return () => server.forceShutdown();
}

function implementation(
	definition: grpc.ServiceDefinition,
	options: DockerServerOptions
): grpc.UntypedServiceImplementation {
	const methods = Object.entries(definition).map(([name, { path }]) => {
		const call = name as CriCall;
		// The message of a call is what its definition decoded.
		const handler = options.handlers[call] as Handler | undefined;
		const serve = (unary: UnaryCall, answer: grpc.sendUnaryData<object>) =>
			void answerCall(call, path, handler ?? unimplemented(call), unary, options).then(
				(response) => answer(null, response),
				(error: unknown) => answer(toServiceError(error))
			);
		return [name, serve] as const;
	});
	return Object.fromEntries(methods);
}

const unimplemented = (call: CriCall) => () =>
	Promise.reject(new CriError('Unimplemented', `method ${call} not implemented`));

async function answerCall(
	call: CriCall,
	path: string,
	handler: Handler,
	unary: UnaryCall,
	{ node, trace, stopping }: DockerServerOptions
): Promise<object> {
	const traceparent = textOf(unary.metadata, 'traceparent');
	const client = textOf(unary.metadata, 'user-agent');
	const { run, request: announced } = await trace.receive({
		traceparent,
		claim: { to: 'dockershim', node, start: path },
		client,
		from: 'client'
	});
	const asked = announced ?? (await announce(call, unary.request, run, client));
	const canceled = new AbortController();
	unary.on('cancelled', () => canceled.abort());
	const signal = AbortSignal.any([stopping, canceled.signal]);
	try {
		const response = await handler(unary.request, { run, signal, asked });
		if (!streamCalls.has(call)) await run.reply(asked, criAnswer(call, response));
		return response;
	} catch (error) {
		if (!(error instanceof Dropped)) await refuse(run, asked, error);
		throw error;
	}
}

/** A foreign client's call. */
function announce(
	call: CriCall,
	request: object,
	run: Run,
	client: string | undefined
): Promise<Message> {
	const stream = streamCalls.get(call)?.(request);
	if (!stream) {
		const facts = { method: call, ...request, client };
		return run.step('cri-call', { n: call, from: 'client', facts });
	}
	const { step, about, facts, query } = stream;
	run.command({ query, ...(client === undefined ? {} : { client }) });
	return run.step(step, {
		n: `${call} ${about}`,
		from: 'client',
		facts: { method: call, ...facts, client }
	});
}

async function refuse(run: Run, asked: Message, error: unknown): Promise<void> {
	const { name, details } = toGrpcStatus(error);
	await run.reply(asked, { n: `${name}: ${details}`, facts: { code: name, desc: details } });
}

function textOf(metadata: grpc.Metadata, name: string): string | undefined {
	const [value] = metadata.get(name);
	return typeof value === 'string' ? value : undefined;
}

/** A call whose hold was dropped ends as one whose server has gone. */
function toServiceError(error: unknown): Partial<grpc.StatusObject> {
	if (error instanceof Dropped) {
		return { code: grpc.status.UNAVAILABLE, details: 'transport is closing' };
	}
	const { code, details } = toGrpcStatus(error);
	return { code, details };
}
