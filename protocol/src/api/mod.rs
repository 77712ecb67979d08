//! Requests and answers of the relay's API, `/v1`. Ids and credentials travel in headers, never in URLs (MET-03).

pub mod admin;
pub mod login;
pub mod push;
pub mod staff;
pub mod visitor;
pub mod webhooks;

/// Names of request headers.
pub mod header {
    /// Address of a site: base64url of the inbox object's id (32 bytes) and its MAC (16 bytes).
    pub const SITE: &str = "einwurf-site";
    /// Address of a conversation, of the same form.
    pub const CONVERSATION: &str = "einwurf-conversation";
    /// A single-use ticket.
    pub const TICKET: &str = "einwurf-ticket";
    /// A solution ([`crate::work::Work`]) as JSON in base64, as ALTCHA passes it on.
    pub const WORK: &str = "einwurf-work";
    /// Digest of a notice.
    pub const NOTICE: &str = "einwurf-notice";
    /// Id of an attachment.
    pub const ATTACHMENT: &str = "einwurf-attachment";
    /// Number of a part of an attachment, from 0.
    pub const PART: &str = "einwurf-part";
    /// Only what lies after this position.
    pub const AFTER: &str = "einwurf-after";
    /// [`crate::ids::Cid::code`]: only this conversation.
    pub const CODE: &str = "einwurf-code";
    /// `Bearer` and a visitor's token, a staff session, a set-up secret, an invitation's or the operator's token.
    pub const AUTHORIZATION: &str = "authorization";
    /// Proof of possession (RFC 9449) by the device's key, beside every staff session and at its login.
    pub const POSSESSION: &str = "dpop";
}

/// Paths. Visitors: manifest, notice, roster, tickets, conversations, events. Operator: sites. Staff: the rest.
pub mod path {
    /// `GET`: the manifest as compact JWS.
    pub const MANIFEST: &str = "/v1/manifest";
    /// `GET`: a notice document.
    pub const NOTICE: &str = "/v1/notice";
    /// `GET`: the roster as compact JWS.
    pub const ROSTER: &str = "/v1/roster";
    /// `POST`: a ticket.
    pub const TICKETS: &str = "/v1/tickets";
    /// `POST`: opens a conversation with its first message.
    pub const CONVERSATIONS: &str = "/v1/conversations";
    /// `POST` appends an event, `GET` reads a conversation.
    pub const EVENTS: &str = "/v1/events";
    /// `PUT` stores a part of an attachment, `GET` reads one.
    pub const ATTACHMENT: &str = "/v1/attachment";
    /// `GET`: the conversation's attachments, and what of them is missing.
    pub const ATTACHMENTS: &str = "/v1/attachments";
    /// `GET`: WebSocket that says when there is something to look at.
    pub const LIVE: &str = "/v1/live";
    /// `GET`: when somebody is there, as compact JWS.
    pub const STATUS: &str = "/v1/status";
    /// `GET`: what is asked of visitors, and what is going on. `PUT` changes it.
    pub const INBOX_ABUSE: &str = "/v1/inbox/abuse";
    /// `GET`: notifications of devices by Web Push. `PUT` allows them, or no more.
    pub const PUSH: &str = "/v1/push";
    /// `PUT`: this session's device wants them. `DELETE`: no more.
    pub const PUSH_SUBSCRIPTION: &str = "/v1/push/subscription";
    /// `POST`: creates a site, with the operator's token.
    pub const SITES: &str = "/v1/sites";
    /// `POST`: first step of the set-up; consumes nothing.
    pub const SETUP_START: &str = "/v1/setup/start";
    /// `POST`: completes the set-up and uses up its link.
    pub const SETUP: &str = "/v1/setup";
    /// `POST`: first OPAQUE message.
    pub const LOGIN_START: &str = "/v1/login/start";
    /// `POST`: last OPAQUE message.
    pub const LOGIN_FINISH: &str = "/v1/login/finish";
    /// `POST`: ends the session.
    pub const LOGOUT: &str = "/v1/logout";
    /// `GET`: a page of the list of conversations.
    pub const INBOX: &str = "/v1/inbox";
    /// `GET`: one conversation.
    pub const INBOX_CONVERSATION: &str = "/v1/inbox/conversation";
    /// `POST`: read, done, open again.
    pub const INBOX_MARK: &str = "/v1/inbox/mark";
    /// `GET`: is everything running?
    pub const INBOX_HEALTH: &str = "/v1/inbox/health";
    /// `GET` and `PUT`: mail settings.
    pub const INBOX_MAIL: &str = "/v1/inbox/mail";
    /// `POST`: sends a test mail and waits for the mail server's answer.
    pub const INBOX_MAIL_TEST: &str = "/v1/inbox/mail/test";
    /// `POST`: tries what waits for the mail server at once.
    pub const INBOX_MAIL_RETRY: &str = "/v1/inbox/mail/retry";
    /// `GET`: who gets mails, and when.
    pub const INBOX_MAIL_READERS: &str = "/v1/inbox/mail/readers";
    /// `PUT`: what the member wants of the mails.
    pub const INBOX_MAIL_WISH: &str = "/v1/inbox/mail/wish";
    /// `GET`: the webhooks. `PUT`: makes or changes one.
    pub const INBOX_WEBHOOKS: &str = "/v1/inbox/webhooks";
    /// `POST`: removes one.
    pub const INBOX_WEBHOOKS_END: &str = "/v1/inbox/webhooks/end";
    /// `POST`: gives one a new secret.
    pub const INBOX_WEBHOOKS_SECRET: &str = "/v1/inbox/webhooks/secret";
    /// `POST`: sends one a test and waits for its answer.
    pub const INBOX_WEBHOOKS_TEST: &str = "/v1/inbox/webhooks/test";
    /// `GET`: a page of the deliveries.
    pub const INBOX_WEBHOOKS_LOG: &str = "/v1/inbox/webhooks/log";
    /// `POST`: delivers one again.
    pub const INBOX_WEBHOOKS_AGAIN: &str = "/v1/inbox/webhooks/again";
    /// `GET`: what those who may sign administer: stock, roster, accounts, invitations.
    pub const INBOX_SITE: &str = "/v1/inbox/site";
    /// `PUT`: publishes a stock, a roster, keys and certificates in one step.
    pub const INBOX_PUBLICATION: &str = "/v1/inbox/publication";
    /// `POST`: invites somebody.
    pub const INBOX_INVITATIONS: &str = "/v1/inbox/invitations";
    /// `POST`: takes an invitation back.
    pub const INBOX_INVITATIONS_END: &str = "/v1/inbox/invitations/end";
    /// `POST`: first step of a new password.
    pub const INBOX_PASSWORD_START: &str = "/v1/inbox/password/start";
    /// `PUT`: sets the new password and ends the account's other sessions.
    pub const INBOX_PASSWORD: &str = "/v1/inbox/password";
    /// `PUT`: the member's keys, wrapped for the site's new key.
    pub const INBOX_WRAPPED: &str = "/v1/inbox/wrapped";
    /// `GET`: the account's devices.
    pub const INBOX_DEVICES: &str = "/v1/inbox/devices";
    /// `POST`: ends a device's sessions and forgets the device.
    pub const INBOX_DEVICES_END: &str = "/v1/inbox/devices/end";
    /// `POST`: the recovery code was asked for and was right.
    pub const INBOX_RECOVERY: &str = "/v1/inbox/recovery";
    /// `GET`: what an invitation says; consumes nothing. `POST`: answers it.
    pub const INVITATION: &str = "/v1/invitation";
    /// `POST`: first step of the invited person's password; consumes nothing.
    pub const INVITATION_START: &str = "/v1/invitation/start";
    /// `POST`: begins a login by recovery code.
    pub const RECOVERY_START: &str = "/v1/recovery/start";
    /// `POST`: ends it.
    pub const RECOVERY: &str = "/v1/recovery";
    /// `GET`: the proof of a conversation, for its visitor.
    pub const RECEIPT: &str = "/v1/receipt";
    /// `GET`: everything that the relay holds of a conversation, for its visitor.
    pub const DATA: &str = "/v1/data";
    /// `POST`: a member's act, with the event that tells the visitor.
    pub const INBOX_ACTS: &str = "/v1/inbox/acts";
    /// `POST`: a member's answer.
    pub const INBOX_ANSWERS: &str = "/v1/inbox/answers";
    /// `PUT` stores a part of an attachment of an answer, `GET` reads one of any.
    pub const INBOX_ATTACHMENT: &str = "/v1/inbox/attachment";
    /// `GET`: a conversation's attachments, and what of them is missing.
    pub const INBOX_ATTACHMENTS: &str = "/v1/inbox/attachments";
    /// `GET`: WebSocket that says what has changed.
    pub const INBOX_LIVE: &str = "/v1/inbox/live";
    /// `GET`: sheets that changed. `PUT`: changes one.
    pub const INBOX_SHEETS: &str = "/v1/inbox/sheets";
    /// `PUT`: when somebody is there.
    pub const INBOX_STATUS: &str = "/v1/inbox/status";
    /// `POST`: mails a visitor that an answer is there, without content, and forgets the address.
    pub const INBOX_NOTIFY: &str = "/v1/inbox/notify";
    /// `POST`: erases a conversation.
    pub const INBOX_ERASE: &str = "/v1/inbox/erase";
    /// `POST`: what staff copied of an erased conversation is deleted.
    pub const INBOX_COPIES: &str = "/v1/inbox/copies";
    /// `POST`: a copy was taken out.
    pub const INBOX_EXPORTED: &str = "/v1/inbox/exported";
    /// `GET` and `POST`: requests by visitors about their rights.
    pub const INBOX_RIGHTS: &str = "/v1/inbox/rights";
    /// `POST`: closes one.
    pub const INBOX_RIGHTS_CLOSE: &str = "/v1/inbox/rights/close";
    /// `GET`: what members did.
    pub const INBOX_LOG: &str = "/v1/inbox/log";
    /// `GET`: the proof of one conversation.
    pub const INBOX_PROOF: &str = "/v1/inbox/proof";
    /// `GET`: the proofs of all.
    pub const INBOX_PROOFS: &str = "/v1/inbox/proofs";
    /// `GET`: the relay's profile and version; no site needed.
    pub const RELAY: &str = "/v1/relay";
    /// `GET`: this API as an `OpenAPI` document.
    pub const OPENAPI: &str = "/v1/openapi.json";
}
