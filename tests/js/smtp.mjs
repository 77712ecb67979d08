// A real SMTP submission server for the journeys: implicit TLS, STARTTLS and plaintext ports, AUTH PLAIN and LOGIN.
// node smtp.mjs <cert.pem> <key.pem>; prints one JSON object a line; reads {"mode": "…", "offer": ["PLAIN", …]} lines
// from stdin. Modes: accept | greylist (451) | reject (550) | refuse-data (554 after the message) | refuse-later (451
// after the message) | stall (no answer) | drop (hangs up).
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { SMTPServer } from 'smtp-server';

const [certFile, keyFile] = process.argv.slice(2);
const cert = readFileSync(certFile);
const key = readFileSync(keyFile);
const servers = [];
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
let mode = 'accept';

const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code });

function answer(session, callback) {
  say({ event: 'recipient', mode });
  if (mode === 'greylist') callback(refusal(451, 'Greylisted, come again'));
  else if (mode === 'reject') callback(refusal(550, 'No such user here'));
  else if (mode === 'drop') session.drop();
  else if (mode !== 'stall') callback();
}

function server(name, options) {
  const smtp = new SMTPServer({
    ...options,
    cert,
    key,
    authMethods: ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    logger: false,
    onConnect(session, callback) {
      session.drop = () => {
        for (const connection of smtp.connections) if (connection.id === session.id) connection._socket.destroy();
      };
      say({ event: 'connect', port: name });
      callback();
    },
    onAuth(auth, session, callback) {
      const known = auth.username === 'post@example.org' && auth.password === 'geheim:"\\ü';
      say({ event: 'auth', port: name, method: auth.method, secure: session.secure, known });
      if (known) callback(null, { user: auth.username });
      else callback(refusal(535, 'Authentication failed'));
    },
    onRcptTo: (_address, session, callback) => answer(session, callback),
    onData(stream, session, callback) {
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const raw = Buffer.concat(chunks).toString('latin1');
        const mail = {
          port: name, secure: session.secure, user: session.user ?? null, helo: session.hostNameAppearsAs,
          from: mailFrom.address, to: rcptTo.map((to) => to.address), raw,
        };
        const code = { 'refuse-data': 554, 'refuse-later': 451 }[mode];
        say({ event: code ? 'refused' : 'mail', ...mail });
        if (code) return callback(refusal(code, 'Not wanted'));
        callback(null, 'Queued');
      });
    },
  });
  smtp.on('error', (error) => say({ event: 'error', port: name, code: error.code ?? '', message: error.message }));
  servers.push(smtp);
  return new Promise((resolve) => {
    smtp.listen(0, '127.0.0.1', () => resolve(smtp.server.address().port));
  });
}

const ports = {
  tls: await server('tls', { secure: true }),
  starttls: await server('starttls', { secure: false }),
  plain: await server('plain', { secure: false, disabledCommands: ['STARTTLS'], authOptional: true }),
};
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order = JSON.parse(line);
    mode = order.mode ?? mode;
    if (order.offer) for (const smtp of servers) smtp.options.authMethods = order.offer;
    say({ event: 'ordered' });
  })
  .on('close', () => process.exit());
say({ event: 'listening', ...ports });
