// A server that webhooks and push messages are sent to, over TLS.
// node receiver.mjs <cert.pem> <key.pem>; prints one JSON object a line; reads {"status": 200, "headers": {…}} or
// {"stall": true} or {"begin": "bytes", "again": "bytes"} lines from stdin: how every request from now on is answered. The
// last one writes the same bytes for as long as somebody takes them, or one byte a second if "slow".
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createInterface } from 'node:readline';

const [cert, key] = process.argv.slice(2).map((file) => readFileSync(file));
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
let order = { status: 200 };

// What was begun never ends, until the other side has enough.
const rant = ({ begin, again, slow }, socket) => {
  socket.on('error', () => {});
  socket.write(begin);
  const more = again.repeat(slow ? 1 : Math.ceil(65536 / again.length));
  const next = () => {
    while (!socket.destroyed && socket.write(more));
  };
  const timer = slow ? setInterval(() => socket.write(again), 1000) : undefined;
  socket.on('drain', slow ? () => {} : next);
  socket.on('close', () => {
    clearInterval(timer);
    say({ event: 'left' });
  });
  if (!slow) next();
};

const server = createServer({ cert, key }, (request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, rawHeaders } = request;
    const body = Buffer.concat(chunks).toString('base64');
    // Before it is answered: whoever waits after an answer waits from then on.
    say({ event: 'request', method, path: url, headers: rawHeaders, body, at: Math.round(performance.now()) });
    if (order.stall) return;
    if (order.begin) return rant(order, request.socket);
    response.writeHead(order.status, order.headers ?? {}).end('a word that nobody keeps');
  });
});
createInterface({ input: process.stdin }).on('line', (line) => {
  order = JSON.parse(line);
  say({ event: 'ordered' });
}).on('close', () => process.exit());
server.listen(0, '127.0.0.1', () => say({ event: 'listening', port: server.address().port }));
