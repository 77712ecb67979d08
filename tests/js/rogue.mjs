// Mail servers that misbehave: implicit TLS, one port for each. node rogue.mjs <folder> <faults.json>; the file lists
// {name, faults: [{at, does, says}]}: each connection of a server meets the next of its faults, and from then on it is good.
// `at` is a stage: tls, greeting, ehlo, auth, rset, mail, rcpt, data, body. `does`: drop (hangs up), stall (never answers),
// say (answers `says`), say-once (and is good again), say-drop (and hangs up), after (answers as it should, then says
// `says`); at tls it names the certificate that is shown: <folder>/<does>.pem. Prints one JSON object a line: listening,
// connected (somebody is there), met (a connection met its fault), mail (a message came whole; `said` is what was answered,
// empty for nothing).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';

const [folder, faults] = process.argv.slice(2);
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const pem = (name) => readFileSync(`${folder}/${name}`);
const shown = (name) => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key`) });
const GOOD = {
  greeting: '220 rogue ready', ehlo: '250-rogue\r\n250 AUTH PLAIN', auth: '235 welcome', rset: '250 ok', mail: '250 ok',
  rcpt: '250 ok', data: '354 go on', body: '250 taken', quit: '221 bye', other: '502 what?',
};
const STAGES = { EHLO: 'ehlo', AUTH: 'auth', RSET: 'rset', MAIL: 'mail', RCPT: 'rcpt', DATA: 'data', QUIT: 'quit' };

function answer(socket, name, fault, stage) {
  if (fault?.at !== stage) return write(socket, GOOD[stage]);
  say({ event: 'met', name });
  if (fault.does === 'drop') socket.destroy();
  if (fault.does === 'say-once') fault.at = '';
  if (fault.does.startsWith('say') && fault.does !== 'say-drop') return write(socket, fault.says);
  if (fault.does === 'say-drop') return write(socket, fault.says, () => socket.destroy());
  if (fault.does === 'after') return write(socket, `${GOOD[stage]}\r\n${fault.says}`);
  return '';
}

function write(socket, text, then) {
  socket.write(`${text}\r\n`, 'latin1', then);
  return text;
}

function converse(socket, name, fault) {
  let bytes = '';
  let body = null;
  say({ event: 'connected', name });
  socket.setEncoding('latin1').on('error', () => {});
  socket.on('data', (chunk) => {
    bytes += chunk;
    for (let end = bytes.indexOf('\r\n'); end >= 0; end = bytes.indexOf('\r\n')) {
      const line = bytes.slice(0, end);
      bytes = bytes.slice(end + 2);
      if (body === null) {
        const stage = STAGES[line.slice(0, 4).toUpperCase()] ?? 'other';
        if (stage === 'data') body = [];
        answer(socket, name, fault, stage);
        if (stage === 'quit') socket.end();
      } else if (line === '.') {
        const raw = body.join('\r\n');
        body = null;
        say({ event: 'mail', name, said: answer(socket, name, fault, 'body'), raw });
      } else body.push(line.startsWith('.') ? line.slice(1) : line);
    }
  });
  answer(socket, name, fault, 'greeting');
}

const ports = {};
for (const { name, faults: left } of JSON.parse(readFileSync(faults, 'utf8'))) {
  const bad = () => (left[0]?.at === 'tls' && left[0].does !== 'drop' ? left[0].does : 'good');
  const server = createServer(shown(bad()), (socket) => {
    if (left[0]?.at !== 'tls') converse(socket, name, left.shift());
    server.setSecureContext(shown(bad()));
  });
  const refused = () => {
    say({ event: 'met', name });
    left.shift();
    server.setSecureContext(shown(bad()));
  };
  // A client that does not like a certificate says so in the handshake.
  server.on('tlsClientError', () => left[0]?.at === 'tls' && refused());
  server.on('connection', (socket) => {
    if (left[0]?.at !== 'tls' || left[0].does !== 'drop') return;
    left[0] = { ...left[0], does: 'dropped' };
    socket.destroy();
  });
  ports[name] = await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });
}
process.stdin.resume().on('end', () => process.exit());
say({ event: 'listening', ports });
