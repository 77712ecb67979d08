// How a conversation stands, in sentences that receipt and data share.

import { code } from './read.js';

/** Whether consent was asked for, or only informed. */
export const asked = ({ consents }) => consents.some(({ grant }) => grant.mode === 'consent');

/** Who is responsible. */
export const company = ({ consents, display }) =>
  consents.findLast(({ notice }) => notice)?.notice.company ?? display.name;

// When it will be deleted: no date where a restriction or a claim keeps it longer.
const dates = (bag, gone, { say, time, day }) => {
  const { data, now, receipt } = bag;
  const { hold, restricted } = { ...receipt, ...data?.conversation };
  const held = hold?.until > now;
  const stays = held && (gone || hold.until > receipt.deleted);
  const limited = restricted && !gone;
  return [
    ...(limited ? [say('restricted', { time: time(restricted) })] : []),
    ...(held ? [say('held', { time: day(hold.until) })] : []),
    ...(stays || limited ? [] : [say(gone ? 'deleted_rest' : 'deleted', { time: day(receipt.deleted) })]),
  ];
};

/** How it stands, as sentences. */
export const state = (bag, { say, texts, time, day }) => {
  const { end, receipt } = bag;
  const request = asked(bag) ? '' : '_request';
  const withdrawn = end?.withdrawal ? end.at : receipt.withdrawn;
  const gone = withdrawn ?? end?.at ?? receipt.erased;
  const first = () => {
    if (withdrawn) return say('withdrawn' + request, { time: time(withdrawn) });
    if (end?.ended === 'expired') return say('expired', { time: time(end.at) });
    if (gone) return say('invalidated', { time: time(gone), company: company(bag) });
    return bag.records.length ? texts['active' + request] : texts.waiting;
  };
  return [
    first(),
    ...dates(bag, gone, { say, time, day }),
    // The first moment after the period: its last day is what the screen of the withdrawal says.
    say('proof_until', { time: day(receipt.proof_until - 43200) }),
    say('code', { code: code(bag.cid), company: company(bag) }),
  ];
};
