// The receipt file (docs/protocol.md, section 7.4): everything that a check needs, and nothing else.

/** From an opened bag. */
export const proof = ({ site, manifest, documents, receipt, choices }) => ({
  typ: 'einwurf-receipt/1',
  site,
  manifest,
  notices: documents,
  grants: receipt.grants,
  records: receipt.records,
  ...(choices && { choices }),
  events: receipt.events,
});
