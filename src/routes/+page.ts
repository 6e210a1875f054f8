/** The page is drawn in the browser: language, theme, links and the live feed are known only there. */
export const ssr = false;
