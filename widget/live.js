// The live connection (docs/protocol.md, section 23): a WebSocket that only says that there is something to look at.

const BEAT = 20000;

/**
 * Connects after about so many seconds. `hear` is told "open", "look", and once "closed".
 *
 * @returns {() => void} ends it; then nothing is said any more
 */
export const connect = (relay, protocols, seconds, hear) => {
  let socket, timer;
  let over = false;
  const end = () => {
    over = true;
    clearTimeout(wait);
    clearInterval(timer);
    socket?.close();
  };
  const gone = () => {
    if (over) return;
    end();
    hear('closed');
  };
  const begin = () => {
    // A page may forbid it by throwing, or by closing at once.
    try {
      socket = new WebSocket(relay.replace(/^http/, 'ws') + '/v1/live', protocols);
    } catch {
      return gone();
    }
    let silent = false;
    socket.onopen = () => {
      if (over) return;
      hear('open');
      timer = setInterval(() => {
        // What was said last was not answered: a line that is dead does not say so itself.
        if (silent) return gone();
        silent = true;
        socket.send('ping');
      }, BEAT);
    };
    socket.onmessage = ({ data }) => {
      silent = false;
      if (!over && data === 'look') hear('look');
    };
    socket.onclose = gone;
  };
  // Not all at the same moment, after a relay was away.
  const wait = setTimeout(begin, seconds * 500 * (1 + Math.random()));
  return end;
};
