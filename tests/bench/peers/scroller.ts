/** The box in which a peer draws: as high as the window, so that it scrolls as our ladder does. */
export function makeScroller(): { scroller: HTMLElement; stage: HTMLElement } {
	const scroller = document.createElement('div');
	scroller.style.cssText = 'height:100vh;overflow:auto';
	const stage = document.createElement('div');
	scroller.append(stage);
	document.body.style.margin = '0';
	document.body.append(scroller);
	return { scroller, stage };
}
