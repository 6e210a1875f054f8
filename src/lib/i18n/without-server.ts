/** What a page says that is only a page: of a static host, or one file on a disk. */
export const withoutServer = {
	en: {
		why: 'There is no cluster behind this page. To run commands for real, get Execscope and type npm start.'
	},
	zh: {
		why: '这个页面背后没有集群。想真实执行命令，请获取 Execscope，然后输入 npm start。'
	}
};
