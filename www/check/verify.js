// A whole file: docs/protocol.md, section 7.4, in its order. What fails first is thrown as a `Fault`.

import { need } from './bytes.js';
import { choicesDigest, match, noticeOf, ownLogKey, readGrants, readNotices, readRecords } from './consent.js';
import { readEvents, readWithdrawal } from './events.js';
import { a, isForm } from './json.js';
import { isKey, thumbprint, verify } from './jws.js';

const RECEIPT = {
  typ: a.one('einwurf-receipt/1'),
  site: a.id,
  'manifest?': a.text,
  notices: a.list(a.text),
  grants: a.list(a.text),
  records: a.list(a.text),
  'choices?': a.object,
  events: a.list(a.object),
  'data?': a.object,
};

const PROOF = { cid: a.id, grants: a.list(a.text), records: a.list(a.text), 'withdrawal?': a.object, until: a.count };

const PROOFS = {
  typ: a.one('einwurf-proofs/1'),
  site: a.id,
  'manifest?': a.text,
  notices: a.list(a.text),
  log_key: a.object,
  proofs: a.list((proof) => isForm(proof, PROOF)),
  'head?': (head) => a.text(head) || head === null,
};

const HEAD = { v: a.one(1), site: a.id, day: a.text, count: a.count, root: a.id, at: a.count };

// Who signed the manifest, which sites it speaks for, and its log key; nothing if there is none.
const readManifest = async (compact, site) => {
  if (!compact) return null;
  const { payload, jwk } = await verify(compact, 'einwurf-manifest+jwt', 'manifest');
  const signer = await thumbprint(jwk);
  const { v, succession, relay, display } = payload;
  const sound = v === 1 && payload.site === signer && isKey(relay?.log_key) && a.list(a.object)(succession?.former);
  need(sound, 'manifest');
  const sites = [signer, ...succession.former.map((former) => former.site)];
  need(sites.includes(site), 'manifest_site');
  return { signer, sites, logKey: relay.log_key, name: display?.name };
};

// When each was given, and on which words.
const consents = (grants, records, notices, mayMiss) =>
  grants.map((given, at) => ({
    ...given,
    at: records.find((record) => record.grant === given.digest).at,
    notice: noticeOf(notices, given, at, mayMiss),
  }));

// A withdrawal may lack its record for a while: the conversation key signed it.
const end = (records, withdrawal) => {
  const last = records.at(-1);
  if (!last.grant) return { at: last.at, how: last.withdrawal ? 'withdrawn' : last.ended };
  return withdrawal ? { at: withdrawal.at, how: 'unrecorded' } : null;
};

// The choices belong to the newest consent that covers any, and answer what its notice asks.
const readChoices = async (choices, given) => {
  if (!choices) return null;
  const covered = given.findLast(({ grant }) => grant.choices);
  need(covered && covered.grant.choices === (await choicesDigest(choices)), 'choices');
  const { statements, age } = covered.notice;
  const box = statements.find(({ purpose }) => purpose === 'special');
  need(a.flag(choices.special) === Boolean(box) && a.text(choices.by) === a.object(age), 'choices');
  need(!box?.required || choices.special, 'choices_required');
  return { ...choices, digest: covered.digest };
};

const receipt = async (file) => {
  need(isForm(file, RECEIPT), 'form');
  const { site } = file;
  const manifest = await readManifest(file.manifest, site);
  const conversation = { site, ...(await readGrants(file.grants, site)) };
  const events = await readEvents(file.events, conversation);
  need(events.length > 0, 'event_none');
  const logKey = manifest?.logKey ?? (await ownLogKey(file.records));
  const records = await readRecords(file.records, { logKey, site, cid: conversation.cid });
  match(conversation.grants, records);
  const recorded = records.find((record) => record.withdrawal)?.withdrawal;
  const withdrawal = events.find((event) => event.toStaff && !event.isMessage);
  const contradicts = recorded ? recorded !== withdrawal?.digest : withdrawal && !records.at(-1).grant;
  need(!contradicts, 'withdrawal');
  const given = consents(conversation.grants, records, await readNotices(file.notices), false);
  const choices = await readChoices(file.choices, given);
  const early = events.findIndex(({ isMessage, at }) => isMessage && at < records[0].at);
  need(early < 0, 'event_early', early);
  return { manifest, logKey, proofs: [{ cid: conversation.cid, given, choices, events, end: end(records, withdrawal) }] };
};

const proof = async ({ cid, grants, records, withdrawal }, { manifest, site, logKey, notices }) => {
  // An older conversation keeps the site key that it began under.
  const began = (await verify(grants[0], 'einwurf-grant+jwt', 'grant', 0)).payload.site;
  need((manifest?.sites ?? [site]).includes(began), 'manifest_site');
  const conversation = { site: began, ...(await readGrants(grants, began)) };
  need(conversation.cid === cid, 'grant_key', 0);
  const read = await readRecords(records, { logKey, site: began, cid });
  match(conversation.grants, read);
  const recorded = read.find((record) => record.withdrawal)?.withdrawal;
  const left = withdrawal ? await readWithdrawal(withdrawal, conversation) : undefined;
  need(recorded === left, 'withdrawal');
  const given = consents(conversation.grants, read, notices, true);
  return { cid, given, choices: null, events: null, end: end(read) };
};

const proofs = async (file) => {
  need(isForm(file, PROOFS) && isKey(file.log_key), 'form');
  const manifest = await readManifest(file.manifest, file.site);
  const logKey = manifest?.logKey ?? file.log_key;
  need(logKey.x === file.log_key.x && logKey.y === file.log_key.y, 'record_key', 0);
  const all = { manifest, site: file.site, logKey, notices: await readNotices(file.notices) };
  const checked = [];
  for (const one of file.proofs) checked.push(await proof(one, all));
  if (file.head) {
    const { payload, jwk } = await verify(file.head, 'einwurf-head+jwt', 'head');
    need(isForm(payload, HEAD) && jwk.x === logKey.x && jwk.y === logKey.y, 'head');
    // That of a day before the site key was changed names the former one.
    need((manifest?.sites ?? [file.site]).includes(payload.site), 'head_site');
  }
  return { manifest, logKey, proofs: checked };
};

/**
 * What a file proves: `{signer, site, name, logKey, proofs}`. `signer` is null if nobody vouches for the log key.
 *
 * @param {object} file receipt or export, parsed
 */
export const check = async (file) => {
  const { manifest, logKey, proofs: checked } = await (file?.typ === 'einwurf-proofs/1' ? proofs(file) : receipt(file));
  return {
    site: file.site,
    signer: manifest?.signer ?? null,
    name: manifest?.name,
    logKey: await thumbprint(logKey),
    proofs: checked,
  };
};
