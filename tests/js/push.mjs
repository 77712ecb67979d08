// What a browser makes of a push message: the library http_ece reads what the relay encrypted.
// node push.mjs <private key> <authentication secret> <body>, each in base64; prints the text.
import { createECDH } from 'node:crypto';
import ece from 'http_ece';

const [key, authSecret, body] = process.argv.slice(2).map((text) => Buffer.from(text, 'base64'));
const privateKey = createECDH('prime256v1');
privateKey.setPrivateKey(key);
process.stdout.write(ece.decrypt(body, { version: 'aes128gcm', privateKey, authSecret }));
