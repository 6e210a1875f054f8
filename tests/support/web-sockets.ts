/** Ours: from tests/bench the package's name leads to an old one, which a library to compare with brings. */
export { WebSocketServer, type WebSocket } from 'ws';
