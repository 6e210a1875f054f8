import {
	apimachinery,
	apiserver,
	apiserver131,
	clientGo,
	criApi,
	kubernetes,
	kubernetes135,
	kubernetes136,
	moby,
	newClientGo,
	runtimePreInit,
	spdyPings
} from './explanation.ts';

/** The files of the functions that the explanations name, where they are known, and the functions in each. */
const files: readonly (readonly [file: string, functions: readonly string[]])[] = [
	[`${kubernetes}pkg/kubectl/cmd/exec/exec.go`, ['ExecOptions.Run']],
	[`${kubernetes}pkg/kubectl/polymorphichelpers/interface.go`, ['AttachablePodForObjectFn']],
	[`${kubernetes}cmd/kube-apiserver/app/server.go`, ['CreateServerChain']],
	[`${kubernetes}pkg/master/master.go`, ['Master.InstallLegacyAPI']],
	[
		`${kubernetes}pkg/registry/core/rest/storage_core.go`,
		['LegacyRESTStorageProvider.NewLegacyRESTStorage', 'restStorageMap', 'LegacyRESTStorage']
	],
	[`${kubernetes}pkg/registry/core/pod/storage/storage.go`, ['podstore.NewStorage']],
	[
		`${kubernetes}pkg/registry/core/pod/rest/subresources.go`,
		['ExecREST.Connect', 'PortForwardREST.Connect', 'newThrottledUpgradeAwareProxyHandler']
	],
	[
		`${kubernetes}pkg/registry/core/pod/strategy.go`,
		['pod.ExecLocation', 'pod.PortForwardLocation', 'pod.LogLocation', 'streamLocation']
	],
	[`${kubernetes}pkg/registry/core/pod/rest/log.go`, ['LogREST.Get']],
	[`${kubernetes}pkg/kubelet/client/kubelet_client.go`, ['NodeConnectionInfoGetter']],
	[`${kubernetes}cmd/kubelet/app/server.go`, ['RunKubelet', 'startKubelet']],
	[
		`${kubernetes}pkg/kubelet/kubelet.go`,
		['NewMainKubelet', 'Kubelet.ListenAndServe', 'kubelet.Kubelet']
	],
	[runtimePreInit, ['PreInitRuntimeService']],
	[
		`${kubernetes}pkg/kubelet/server/server.go`,
		[
			'server.ListenAndServeKubeletServer',
			'NewServer',
			'InstallDebuggingHandlers',
			'InstallDebuggingDisabledHandlers',
			'Server.InstallAuthFilter',
			'Server.getExec',
			'Server.getPortForward',
			'Server.getContainerLogs',
			'proxyStream',
			'Server.ServeHTTP',
			'criHandler'
		]
	],
	[
		`${kubernetes}pkg/kubelet/server/auth.go`,
		['nodeAuthorizerAttributesGetter.GetRequestAttributes']
	],
	[
		`${kubernetes}pkg/kubelet/kubelet_pods.go`,
		[
			'Kubelet.GetExec',
			'Kubelet.GetPortForward',
			'findContainer',
			'Kubelet.GetKubeletContainerLogs',
			'validateContainerLogStatus'
		]
	],
	[`${kubernetes}pkg/kubelet/container/runtime.go`, ['StreamingRuntime', 'GetPodFullName']],
	[
		`${kubernetes}pkg/kubelet/kuberuntime/kuberuntime_manager.go`,
		['kubeGenericRuntimeManager.GetPods']
	],
	[
		`${kubernetes}pkg/kubelet/kuberuntime/kuberuntime_container.go`,
		['kubeGenericRuntimeManager.GetExec', 'kubeGenericRuntimeManager.GetContainerLogs']
	],
	[
		`${kubernetes}pkg/kubelet/kuberuntime/instrumented_services.go`,
		['instrumentedRuntimeService.Exec']
	],
	[
		`${kubernetes}pkg/kubelet/remote/remote_runtime.go`,
		['RemoteRuntimeService.Exec', 'RemoteRuntimeService.PortForward']
	],
	[
		`${criApi}pkg/apis/runtime/v1alpha2/api.pb.go`,
		[
			'RuntimeServiceServer',
			'RuntimeServiceServer.Exec',
			'RuntimeService/ListPodSandbox',
			'RuntimeService/ListContainers',
			'ExecResponse'
		]
	],
	[
		`${kubernetes}pkg/kubelet/dockershim/remote/docker_server.go`,
		['dockerremote.NewDockerServer', 'DockerServer.Start']
	],
	[
		`${kubernetes}pkg/kubelet/dockershim/docker_service.go`,
		['dockershim.NewDockerService', 'dockerService', 'dockerService.ServeHTTP']
	],
	[
		`${kubernetes}pkg/kubelet/dockershim/docker_streaming.go`,
		['dockerService.Exec', 'dockerService.PortForward', 'checkContainerStatus']
	],
	[
		`${kubernetes}pkg/kubelet/dockershim/exec.go`,
		['NativeExecHandler', 'NativeExecHandler.ExecInContainer', 'ExecHandler']
	],
	[
		`${kubernetes}pkg/kubelet/dockershim/libdocker/kube_docker_client.go`,
		[
			'kubeDockerClient',
			'kubeDockerClient.CreateExec',
			'kubeDockerClient.StartExec',
			'StartExec',
			'kubeDockerClient.InspectExec',
			'kubeDockerClient.ResizeExecTTY',
			'holdHijackedConnection'
		]
	],
	[
		`${kubernetes}pkg/kubelet/server/streaming/server.go`,
		[
			'streaming.NewServer',
			'streaming.Server',
			'streaming.server.GetExec',
			'buildURL',
			'serveExec',
			'servePortForward',
			'validateExecRequest'
		]
	],
	[
		`${kubernetes}pkg/kubelet/server/streaming/request_cache.go`,
		['requestCache.Insert', 'requestCache.Consume']
	],
	[`${kubernetes}pkg/kubelet/server/remotecommand/exec.go`, ['remotecommand.ServeExec']],
	[
		`${kubernetes}pkg/kubelet/server/remotecommand/httpstream.go`,
		['createStreams', 'v4WriteStatusFunc']
	],
	[
		`${kubernetes}pkg/kubelet/kuberuntime/logs/logs.go`,
		['ReadLogs', 'parseDockerJSONLog', 'waitLogs']
	],
	[`${kubernetes}pkg/util/tail/tail.go`, ['FindTailLineStartIndex']],
	[
		`${apiserver}pkg/registry/generic/rest/streamer.go`,
		['genericrest.LocationStreamer', 'LocationStreamer.InputStream']
	],
	[`${apiserver}pkg/endpoints/handlers/responsewriters/writers.go`, ['StreamObject']],
	[`${apiserver}pkg/registry/generic/registry/store.go`, ['genericregistry.Store']],
	[
		`${apiserver}pkg/server/genericapiserver.go`,
		['GenericAPIServer.InstallLegacyAPIGroup', 'GenericAPIServer.installAPIResources']
	],
	[`${apiserver}pkg/endpoints/discovery/legacy.go`, ['discovery.NewLegacyRootAPIHandler']],
	[`${apiserver}pkg/server/handler.go`, ['director.ServeHTTP']],
	[
		`${kubernetes}vendor/github.com/emicklei/go-restful/container.go`,
		['GoRestfulContainer.Add', 'GoRestfulContainer.ServeMux']
	],
	[`${apiserver}pkg/endpoints/installer.go`, ['APIInstaller']],
	[`${apiserver}pkg/endpoints/handlers/rest.go`, ['ConnectResource']],
	[`${apiserver}pkg/endpoints/filters/authorization.go`, ['WithAuthorization']],
	[`${kubernetes}plugin/pkg/auth/authorizer/rbac/rbac.go`, ['RBACAuthorizer.Authorize']],
	[
		`${apimachinery}pkg/util/proxy/upgradeaware.go`,
		['UpgradeAwareHandler', 'UpgradeAwareHandler.tryUpgrade']
	],
	[`${apiserver131}pkg/util/proxy/websocket.go`, ['webSocketServerStreams']],
	[`${apiserver131}pkg/util/proxy/translatinghandler.go`, ['translatingHandler.ServeHTTP']],
	[`${apiserver131}pkg/util/proxy/streamtranslator.go`, ['StreamTranslatorHandler.ServeHTTP']],
	[`${apiserver131}pkg/util/proxy/streamtunnel.go`, ['TunnelingHandler.ServeHTTP']],
	[`${kubernetes135}pkg/registry/core/pod/rest/authorize.go`, ['ensureAuthorizedForVerb']],
	[`${kubernetes136}pkg/registry/core/pod/rest/subresources.go`, ['checkNodeSupportsWebsockets']],
	[`${apimachinery}pkg/util/net/http.go`, ['ConnectWithRedirects']],
	[`${apimachinery}pkg/util/httpstream/httpstream.go`, ['httpstream.Handshake']],
	[`${apimachinery}pkg/util/httpstream/spdy/upgrade.go`, ['responseUpgrader.UpgradeResponse']],
	[`${apimachinery}pkg/util/httpstream/spdy/connection.go`, ['spdy.connection.Close']],
	[spdyPings, ['spdy.connection.sendPings']],
	[`${clientGo}discovery/discovery_client.go`, ['DiscoveryClient.ServerGroups']],
	[`${clientGo}tools/remotecommand/remotecommand.go`, ['remotecommand.NewSPDYExecutor']],
	[`${newClientGo}tools/remotecommand/websocket.go`, ['remotecommand.NewWebSocketExecutor']],
	[`${newClientGo}tools/remotecommand/fallback.go`, ['remotecommand.NewFallbackExecutor']],
	[`${clientGo}transport/spdy/spdy.go`, ['spdy.Negotiate']],
	[
		`${clientGo}tools/remotecommand/v2.go`,
		['streamProtocolV2.createStreams', 'streamProtocolV2.copyStdin']
	],
	[`${clientGo}tools/remotecommand/v3.go`, ['streamProtocolV3.handleResizes']],
	[`${clientGo}tools/remotecommand/v4.go`, ['streamProtocolV4.createStreams', 'errorDecoderV4']],
	[
		`${kubernetes}pkg/kubectl/cmd/portforward/portforward.go`,
		['PortForwardOptions.RunPortForward']
	],
	[
		`${clientGo}tools/portforward/portforward.go`,
		['portforward.NewOnAddresses', 'PortForwarder.handleConnection']
	],
	[
		`${newClientGo}tools/portforward/tunneling_dialer.go`,
		['portforward.NewSPDYOverWebsocketDialer']
	],
	[`${newClientGo}tools/portforward/fallback_dialer.go`, ['portforward.NewFallbackDialer']],
	[
		`${kubernetes}pkg/kubelet/kuberuntime/kuberuntime_sandbox.go`,
		['kubeGenericRuntimeManager.GetPortForward']
	],
	[`${kubernetes}pkg/kubelet/server/portforward/portforward.go`, ['portforward.ServePortForward']],
	[`${kubernetes}pkg/kubelet/server/portforward/websocket.go`, ['portforward.NewV4Options']],
	[
		`${kubernetes}pkg/kubelet/server/portforward/httpstream.go`,
		['httpStreamHandler.run', 'httpStreamHandler.portForward']
	],
	[
		`${kubernetes}pkg/kubelet/dockershim/docker_streaming_others.go`,
		['streamingRuntime.portForward']
	],
	[`${moby}api/server/router/container/exec.go`, ['postContainerExecStart']],
	[`${moby}daemon/exec.go`, ['Daemon.ContainerExecStart']],
	[`${moby}daemon/monitor.go`, ['Daemon.ProcessEvent']],
	[`${moby}pkg/stdcopy/stdcopy.go`, ['stdcopy.StdCopy']]
];

const byFunction = new Map(files.flatMap(([file, functions]) => functions.map((fn) => [fn, file])));

/** Permalink to the file of a function, named as the explanations name it. */
export function fileOf(fn: string): string | undefined {
	return byFunction.get(fn);
}
