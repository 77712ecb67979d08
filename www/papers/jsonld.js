// The receipt for machines: JSON-LD by the Data Privacy Vocabulary 2.3, in the form of its profile for ISO/IEC TS 27560.
// Every term stands in terms.json with its source. What the notice says in words stands here in words: no term is guessed
// from a sentence.

import { toBase64url } from './read.js';
import { sha256 } from './sha256.js';

const CONTEXT = {
  dpv: 'https://w3id.org/dpv#',
  pd: 'https://w3id.org/dpv/pd#',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  'legal-eu': 'https://w3id.org/dpv/legal/eu#',
  dct: 'http://purl.org/dc/terms/',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  einwurf: 'urn:einwurf:term:',
};

// What is processed, and to what end, by purpose of a box.
const PURPOSES = {
  answer: { end: 'dpv:CommunicationForCustomerCare', data: ['pd:Communication', 'pd:Name', 'pd:Contact'] },
  special: { end: 'dpv:CommunicationForCustomerCare', data: ['pd:MedicalHealth'] },
  remember: { end: 'dpv:RequestedServiceProvision', data: ['pd:Communication'] },
  notify: { end: 'dpv:CommunicationForCustomerCare', data: ['pd:Contact'] },
  context: { end: 'dpv:CommunicationForCustomerCare', data: ['pd:Communication'] },
  guest: { end: 'dpv:CommunicationForCustomerCare', data: ['pd:Communication'] },
};

const RIGHTS = ['A15', 'A16', 'A17', 'A18', 'A20', 'A77'];

const id = (term) => ({ '@id': term });

/** Seconds since 1970 as xsd:dateTime. */
export const instant = (seconds) => new Date(seconds * 1000).toISOString().replace('.000', '');

const subject = (consent) => id(consent.by === 'parent' ? 'dpv:ParentOfDataSubject' : 'dpv:DataSubject');

// Given or refused, and how it ended.
const statuses = ({ end }, consent, given) => {
  const { grant, record } = consent;
  const at = record && { 'dpv:isIndicatedAtTime': instant(record.at) };
  const by = { 'dpv:isIndicatedBy': subject(consent) };
  if (!given) return [{ '@type': 'dpv:ConsentRefused', ...by, ...at }];
  const first = {
    '@type': ['dpv:ConsentGiven', 'dpv:ExplicitlyExpressedConsent'],
    ...by,
    'dpv:hasIndicationMethod': grant.how,
    ...at,
    'dpv:hasDuration': { '@type': 'dpv:UntilEventDuration', 'rdf:value': 'conversation-erased' },
  };
  if (!end) return [first];
  const when = { 'dpv:isIndicatedAtTime': instant(end.at) };
  if (end.ended) {
    return [first, { '@type': end.ended === 'expired' ? 'dpv:ConsentExpired' : 'dpv:ConsentInvalidated', ...when }];
  }
  return [
    first,
    { '@type': 'dpv:ConsentWithdrawn', ...by, 'dpv:hasIndicationMethod': 'button', ...when },
  ];
};

const data = (purpose) => {
  const type = purpose === 'special' ? 'dpv:SpecialCategoryPersonalData' : 'dpv:PersonalData';
  return PURPOSES[purpose].data.map((term) => ({ '@type': type, 'skos:broader': id(term) }));
};

// Consent has its article; the basis of a request is one of two, and the notice says which in words.
const basis = ({ grant, notice }, purpose) => {
  if (purpose === 'special') return { 'dpv:hasLegalBasis': id('eu-gdpr:A9-2-a') };
  if (grant.mode === 'consent' || purpose !== 'answer') return { 'dpv:hasLegalBasis': id('eu-gdpr:A6-1-a') };
  const said = notice?.details.find(({ field }) => field === 'basis')?.text;
  return said ? { 'dct:description': said } : {};
};

// As the notice says of its box; answering has none where nobody is asked for consent.
const isRequired = ({ notice }, purpose) =>
  notice?.statements.find((statement) => statement.purpose === purpose)?.required ?? purpose === 'answer';

const process = (bag, consent, purpose, controller, texts) => ({
  '@type': 'dpv:Process',
  'dct:identifier': purpose,
  'dpv:hasPurpose': {
    '@type': 'dpv:Purpose',
    'skos:broader': id(PURPOSES[purpose].end),
    'dct:title': texts['purpose_' + purpose],
  },
  ...basis(consent, purpose),
  'dpv:hasPersonalData': data(purpose),
  'dpv:hasNecessity': id(isRequired(consent, purpose) ? 'dpv:Required' : 'dpv:Optional'),
  'dpv:hasProcessing': ['dpv:Collect', 'dpv:Store', 'dpv:Use', 'dpv:Erase'].map(id),
  'dpv:hasDataSource': id('dpv:DataSubjectDataSource'),
  'dpv:hasDataController': id(controller),
  'dpv:hasRecipient': id(controller),
  ...(consent.notice && {
    'dpv:hasStorageCondition': { '@type': 'dpv:StorageDuration', 'dpv:hasDuration': `P${consent.notice.days}D` },
  }),
  'dpv:hasTechnicalMeasure': id('dpv:EndToEndEncryption'),
  ...((consent.grant.mode === 'consent' || purpose !== 'answer') && {
    'dpv:hasConsentStatus': statuses(bag, consent, consent.boxes[purpose]),
  }),
});

const notices = ({ grant, notice }, texts) => {
  const own = {
    '@id': 'urn:einwurf:notice:' + grant.notice,
    '@type': grant.mode === 'consent' ? 'dpv:ConsentNotice' : 'dpv:PrivacyNotice',
    'dct:identifier': grant.notice,
    'dct:language': texts.lang,
    ...(notice && { 'dct:description': notice.facts.map(({ heading, text }) => `${heading}: ${text}`) }),
  };
  const linked = notice?.links.map(({ label, url }) => ({ '@id': url, 'dct:title': label })) ?? [];
  return [own, ...linked];
};

const record = (bag, consent, texts) => {
  const { grant, digest } = consent;
  const { display, site, cid } = bag;
  const controller = `urn:einwurf:site:${site}`;
  const asked = grant.mode === 'consent';
  return {
    '@id': 'urn:einwurf:grant:' + digest,
    '@type': asked ? 'dpv:ConsentRecord' : 'dpv:RecordsOfActivities',
    'dct:identifier': digest,
    ...(asked && { 'dct:conformsTo': id('https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr') }),
    ...(consent.record && { 'dct:created': instant(consent.record.at) }),
    'dpv:hasDataSubject': { '@id': 'urn:einwurf:conversation:' + cid, '@type': ['dpv:DataSubject', 'dpv:Visitor'] },
    'dpv:hasDataController': {
      '@id': controller,
      '@type': 'dpv:DataController',
      'dpv:hasName': consent.notice?.company ?? display.name,
      'dpv:hasContact': [display.email, display.phone].filter(Boolean),
    },
    'dpv:hasApplicableLaw': id('legal-eu:law-GDPR'),
    'dpv:hasNotice': notices(consent, texts),
    'dpv:hasProcess': Object.keys(consent.boxes).map((purpose) => process(bag, consent, purpose, controller, texts)),
    ...(asked && { 'dpv:hasConsentControl': { '@type': 'dpv:WithdrawConsent', ...exercised(bag) } }),
    'dpv:hasRight': (asked ? ['A7-3', ...RIGHTS] : RIGHTS).map((article) => ({
      '@type': ['dpv:DataSubjectRight', 'eu-gdpr:' + article],
      ...exercised(bag),
    })),
    'einwurf:site': site,
    'einwurf:register': grant.register,
    'einwurf:mode': grant.mode,
    'einwurf:build': grant.build,
    ...(consent.record && { 'einwurf:recordSeq': consent.record.seq, 'einwurf:recordDigest': consent.record.digest }),
  };
};

const exercised = ({ where }) => (where ? { 'dpv:isExercisedAt': where } : {});

/** From an opened bag; `file` is the receipt file's text, which names the receipt. */
export const jsonld = (bag, file, texts) => {
  const name = toBase64url(sha256(new TextEncoder().encode(file)));
  const asked = bag.consents.some(({ grant }) => grant.mode === 'consent');
  return {
    '@context': CONTEXT,
    '@id': 'urn:einwurf:receipt:' + name,
    '@type': asked ? 'dpv:ConsentReceipt' : 'dpv:RecordsOfActivities',
    'dpv:hasIdentifier': name,
    ...(asked && { 'dct:conformsTo': id('https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr') }),
    'dct:created': instant(bag.now),
    'dpv:hasRecordOfActivity': bag.consents.map((consent) => record(bag, consent, texts)),
  };
};
