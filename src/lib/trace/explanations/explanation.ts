/** A text in both languages of the page. */
export interface Text {
	en: string;
	zh: string;
}

/** What the page says of the answer to a step. */
export interface Reply {
	sentence: Text;
	surprise?: Text;
	/** Where the answer itself differs from a real cluster; otherwise that of the request is shown, if it has any. */
	simplified?: Text;
}

/** Of a step that stands for many requests: what one of them is, by what is said on its arrow. */
export interface Kind {
	of: RegExp;
	/** Instead of the step's own, where that tells of another verb. */
	title?: Text;
	sentence: Text;
	reply?: Text;
	/** Null where the step's own surprises are none here. */
	surprise?: Text | null;
}

/** What the page says of one step. The articles are told in our own words, never quoted. */
export interface Explanation {
	/** A few words: heading of the panel. */
	title: Text;
	/** One plain sentence. */
	sentence: Text;
	/** What the row says before it has happened: no values. */
	future: Text;
	/** What most people do not expect. */
	surprise?: Text;
	/** What the two articles say about it; where they are wrong is told by `seed-notes.ts`. */
	articles?: Text;
	/** Where the step stands for many requests: what is said of the first kind that fits, instead of `sentence`. */
	kinds?: readonly Kind[];
	/** Of its answer, where that has no id of its own or may be a refusal. */
	reply?: Reply;
	/** How this differs from a real cluster. */
	simplified: Text;
	/** The functions upstream, outermost first. */
	fn: readonly string[];
	/** Permalink to the most telling of them. */
	source: string;
}

/** The kubernetes repository as of v1.15.3, the server of the long article. */
export const kubernetes = 'https://github.com/kubernetes/kubernetes/blob/v1.15.3/';
export const apimachinery = `${kubernetes}staging/src/k8s.io/apimachinery/`;
export const apiserver = `${kubernetes}staging/src/k8s.io/apiserver/`;
export const clientGo = `${kubernetes}staging/src/k8s.io/client-go/`;
export const criApi = `${kubernetes}staging/src/k8s.io/cri-api/`;
export const moby = 'https://github.com/moby/moby/blob/v20.10.0/';

/** The kubernetes repository as of the later eras, for what is new in them. */
export const apiserver131 =
	'https://github.com/kubernetes/kubernetes/blob/v1.31.0/staging/src/k8s.io/apiserver/';
export const kubernetes135 = 'https://github.com/kubernetes/kubernetes/blob/v1.35.6/';
export const kubernetes136 = 'https://github.com/kubernetes/kubernetes/blob/v1.36.3/';

/** Newer than 1.15: the WebSocket client, the start of the runtime as the long article has it, and pings. */
export const newClientGo = 'https://github.com/kubernetes/client-go/blob/v0.36.0/';
export const runtimePreInit =
	'https://github.com/kubernetes/kubernetes/blob/v1.18.0/pkg/kubelet/kubelet.go';
export const spdyPings =
	'https://github.com/kubernetes/apimachinery/blob/kubernetes-1.21.0/pkg/util/httpstream/spdy/connection.go';

/** For steps in which we do what upstream does. */
export const asUpstream: Text = {
	en: 'Nothing here: it is done as upstream does it.',
	zh: '这一步没有简化，做法与上游一致。'
};
