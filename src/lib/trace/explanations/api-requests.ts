import type { Kind } from './explanation.ts';

/** The requests to the API server that have no id of their own, by their first line. */
export const apiRequests: readonly Kind[] = [
	{
		of: /^POST \S*\/selfsubjectaccessreviews/,
		sentence: {
			en: 'May I? The client asks whether its user is allowed one thing. Nothing is done, and nothing is kept.',
			zh: '“我可以吗？”客户端询问自己的用户能否做某一件事。什么都不会执行，也不会保存。'
		},
		reply: {
			en: 'Yes or no, decided by the same roles that would judge the request itself.',
			zh: '可以或不可以：判断依据与真正发出那个请求时的角色完全相同。'
		}
	},
	{
		of: /^POST \S*\/selfsubjectrulesreviews/,
		sentence: {
			en: 'What may I do? The client asks for all that its user is allowed in a namespace.',
			zh: '“我能做什么？”客户端询问自己的用户在某个命名空间里的全部权限。'
		},
		reply: {
			en: 'The rules of every role that the user has.',
			zh: '该用户所有角色的规则。'
		}
	},
	{
		of: /[?&]watch=(1|true)/,
		sentence: {
			en: 'A watch: tell me every change, from a version on or from now on.',
			zh: '一次 watch：从某个版本起或从现在起，把每个变化告诉我。'
		},
		reply: {
			en: 'The answer begins at once and stays open: one JSON object a line, one line a change.',
			zh: '应答立即开始并保持打开：每行一个 JSON 对象，每个变化一行。'
		}
	}
];
