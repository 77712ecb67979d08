//! Routes of staff, with a session: daily work, and administering the site.

use super::operation::{
    AFTER, ATTACHMENT, Answer, CODE, CONVERSATION, MAYBE, NEXT, Needs, Operation, PART, SITE,
};
use crate::{
    api::{admin, path, push, staff, visitor, webhooks},
    problem::Code::{
        ChainConflict, Conflict, Forbidden, Gone, KeyRetired, LimitReached, MailFailed, Malformed,
        MessageConflict, NotFound, PushOff, PushService, ReauthenticationRequired, Restricted,
    },
};

/// Of the site as a whole.
const fn site(operation: Operation) -> Operation {
    operation.needs(Needs::Session).headers(&[SITE])
}

/// Of one conversation.
const fn conversation(operation: Operation) -> Operation {
    operation.needs(Needs::Session).headers(&[SITE, CONVERSATION])
}

pub(super) const DESK: &[Operation] = &[
    site(Operation::get(path::INBOX, "The list of conversations, newest first."))
        .headers(&[SITE, NEXT, CODE])
        .gives::<staff::InboxPage>(200)
        .or(&[Malformed]),
    conversation(Operation::get(path::INBOX_CONVERSATION, "One conversation."))
        .gives::<staff::Conversation>(200)
        .or(&[Forbidden, Gone, NotFound]),
    conversation(Operation::post(path::INBOX_MARK, "Read, done, open again."))
        .takes::<staff::Mark>()
        .or(&[Forbidden, Gone, NotFound]),
    conversation(Operation::post(path::INBOX_ACTS, "What a member does with a conversation."))
        .takes::<staff::PostAct>()
        .gives::<visitor::Accepted>(201)
        .or(&[
            ChainConflict,
            Conflict,
            Forbidden,
            Gone,
            LimitReached,
            MessageConflict,
            NotFound,
            ReauthenticationRequired,
            Restricted,
        ]),
    conversation(Operation::post(path::INBOX_ANSWERS, "A member's answer."))
        .takes::<staff::PostAnswer>()
        .gives::<visitor::Accepted>(201)
        .or(&[ChainConflict, Forbidden, Gone, LimitReached, MessageConflict, NotFound, Restricted]),
    conversation(Operation::put(path::INBOX_ATTACHMENT, "A part of an attachment that an answer declared."))
        .headers(&[SITE, CONVERSATION, ATTACHMENT, PART])
        .takes_part()
        .or(&[Forbidden, Gone, NotFound, Restricted]),
    conversation(Operation::get(path::INBOX_ATTACHMENT, "A part of an attachment."))
        .headers(&[SITE, CONVERSATION, ATTACHMENT, PART])
        .answers(Answer::Part)
        .or(&[Forbidden, Gone, Malformed, NotFound]),
    conversation(Operation::get(path::INBOX_ATTACHMENTS, "The attachments, and what of them is missing."))
        .gives::<visitor::Attachments>(200)
        .or(&[Forbidden, Gone, NotFound]),
    Operation::get(path::INBOX_LIVE, "WebSocket that says what has changed.")
        .needs(Needs::Connection)
        .answers(Answer::Connection)
        .or(&[Malformed]),
    site(Operation::get(path::INBOX_SHEETS, "Sheets that changed after a version."))
        .headers(&[SITE, AFTER])
        .gives::<staff::Sheets>(200)
        .or(&[Forbidden, Malformed]),
    site(Operation::put(path::INBOX_SHEETS, "Changes the sheet of a conversation or of the team."))
        .headers(&[SITE, MAYBE])
        .takes::<staff::PutSheet>()
        .gives::<staff::SheetStored>(200)
        .or(&[Conflict, Forbidden, Gone, KeyRetired, NotFound]),
    site(Operation::put(path::INBOX_STATUS, "Says when somebody is there."))
        .takes::<staff::PutStatus>()
        .or(&[Forbidden]),
    conversation(Operation::post(path::INBOX_NOTIFY, "Mails a visitor that there is an answer."))
        .takes::<staff::Notify>()
        .or(&[Forbidden, Gone, LimitReached, MailFailed, NotFound, Restricted]),
    conversation(Operation::post(path::INBOX_ERASE, "Erases a conversation."))
        .needs(Needs::Fresh)
        .or(&[Gone, NotFound, Restricted]),
    conversation(Operation::post(path::INBOX_COPIES, "What staff copied of an erased one is deleted."))
        .or(&[Conflict, Forbidden, NotFound]),
    conversation(Operation::post(path::INBOX_EXPORTED, "A copy was taken out."))
        .takes::<staff::Exported>()
        .or(&[Forbidden, Gone, NotFound]),
    site(Operation::get(path::INBOX_RIGHTS, "Requests by visitors about their rights."))
        .gives::<staff::RightsRequests>(200)
        .or(&[Forbidden]),
    conversation(Operation::post(path::INBOX_RIGHTS, "Takes down a request."))
        .takes::<staff::OpenRequest>()
        .gives::<staff::RightsRequest>(201)
        .or(&[Conflict, Forbidden, LimitReached, NotFound]),
    site(Operation::post(path::INBOX_RIGHTS_CLOSE, "Closes one."))
        .takes::<staff::CloseRequest>()
        .or(&[Conflict, Forbidden, NotFound]),
    site(Operation::get(path::INBOX_LOG, "What members did, newest first."))
        .headers(&[SITE, NEXT])
        .gives::<staff::LogPage>(200)
        .or(&[Forbidden, Malformed]),
    conversation(Operation::get(path::INBOX_PROOF, "The proof of one conversation."))
        .gives::<staff::Proofs>(200)
        .or(&[Forbidden, NotFound]),
    site(Operation::get(path::INBOX_PROOFS, "The proofs of all."))
        .headers(&[SITE, NEXT])
        .gives::<staff::Proofs>(200)
        .or(&[Forbidden, Malformed]),
];

/// Of those who may sign.
const fn signing(operation: Operation) -> Operation {
    site(operation).or(&[Forbidden])
}

pub(super) const WEBHOOKS: &[Operation] = &[
    signing(Operation::get(path::INBOX_WEBHOOKS, "The webhooks, and how they do."))
        .gives::<webhooks::Webhooks>(200),
    site(Operation::put(path::INBOX_WEBHOOKS, "Makes a webhook, or changes one."))
        .needs(Needs::Fresh)
        .takes::<webhooks::PutWebhook>()
        .gives::<webhooks::WebhookSecret>(201)
        .or_nothing()
        .or(&[LimitReached]),
    site(Operation::post(path::INBOX_WEBHOOKS_END, "Removes one."))
        .needs(Needs::Fresh)
        .takes::<webhooks::OneWebhook>()
        .or(&[NotFound]),
    site(Operation::post(path::INBOX_WEBHOOKS_SECRET, "Gives one a new secret."))
        .needs(Needs::Fresh)
        .takes::<webhooks::OneWebhook>()
        .gives::<webhooks::WebhookSecret>(200)
        .or(&[NotFound]),
    site(Operation::post(path::INBOX_WEBHOOKS_TEST, "Sends one a test and waits for its answer."))
        .takes::<webhooks::OneWebhook>()
        .gives::<webhooks::Tried>(200)
        .or(&[Forbidden, LimitReached, NotFound]),
    site(Operation::get(path::INBOX_WEBHOOKS_LOG, "A page of the deliveries, newest first."))
        .headers(&[SITE, NEXT])
        .gives::<webhooks::Deliveries>(200)
        .or(&[Forbidden, Malformed]),
    site(Operation::post(path::INBOX_WEBHOOKS_AGAIN, "Delivers one again."))
        .takes::<webhooks::Redeliver>()
        .or(&[Conflict, Forbidden, Gone, NotFound]),
];

pub(super) const PUSH: &[Operation] = &[
    site(Operation::get(path::PUSH, "Whether devices are notified, and this one.")).gives::<push::Push>(200),
    site(Operation::put(path::PUSH, "Allows notifications of devices, or no more."))
        .needs(Needs::Fresh)
        .takes::<push::AllowPush>(),
    site(Operation::put(path::PUSH_SUBSCRIPTION, "This session's device is to be notified."))
        .takes::<push::PushSubscription>()
        .or(&[Forbidden, PushOff, PushService]),
    site(Operation::delete(path::PUSH_SUBSCRIPTION, "It is not to be notified any more.")),
];

pub(super) const SETTINGS: &[Operation] = &[
    site(Operation::get(path::INBOX_HEALTH, "Is everything running?")).gives::<staff::Health>(200),
    site(Operation::get(path::INBOX_MAIL, "Mail settings, without password."))
        .gives::<staff::MailSettings>(200),
    site(Operation::put(path::INBOX_MAIL, "Changes them."))
        .needs(Needs::Fresh)
        .takes::<staff::MailSettings>(),
    site(Operation::post(path::INBOX_MAIL_TEST, "Sends a test mail and waits for the server's answer."))
        .needs(Needs::Fresh)
        .or(&[LimitReached, MailFailed, Malformed]),
    site(Operation::post(path::INBOX_MAIL_RETRY, "Tries what waits for the mail server at once.")).or(&[
        Forbidden,
        LimitReached,
        NotFound,
    ]),
    site(Operation::get(path::INBOX_MAIL_READERS, "Who gets mails that messages wait, and when."))
        .gives::<staff::MailReaders>(200),
    site(Operation::put(path::INBOX_MAIL_WISH, "What the member wants of these mails."))
        .takes::<staff::MailWish>()
        .or(&[Forbidden]),
    site(Operation::get(path::INBOX_ABUSE, "What is asked of visitors before a message is taken."))
        .gives::<staff::AbuseState>(200),
    site(Operation::put(path::INBOX_ABUSE, "Changes it.")).takes::<staff::Abuse>().or(&[Forbidden]),
    site(Operation::get(path::INBOX_SITE, "What those who may sign administer."))
        .gives::<admin::SiteState>(200)
        .or(&[Forbidden]),
    site(Operation::put(
        path::INBOX_PUBLICATION,
        "Publishes stock, roster, keys and certificates in one step.",
    ))
    .needs(Needs::Fresh)
    .takes::<admin::Publish>()
    .or(&[Conflict, LimitReached]),
    site(Operation::post(path::INBOX_INVITATIONS, "Invites somebody."))
        .needs(Needs::Fresh)
        .takes::<admin::Invite>()
        .gives::<admin::Invited>(201)
        .or(&[Conflict, LimitReached]),
    site(Operation::post(path::INBOX_INVITATIONS_END, "Takes an invitation back."))
        .takes::<admin::EndInvitation>()
        .or(&[Forbidden, NotFound]),
    site(Operation::post(path::INBOX_PASSWORD_START, "First step of a new password."))
        .needs(Needs::Fresh)
        .takes::<admin::PasswordStart>()
        .gives::<admin::Registering>(200),
    site(Operation::put(path::INBOX_PASSWORD, "The new password; other sessions and devices end."))
        .needs(Needs::Fresh)
        .takes::<admin::Password>(),
    site(Operation::put(path::INBOX_WRAPPED, "The member's keys, wrapped for the site's new key."))
        .needs(Needs::Fresh)
        .takes::<admin::Rewrap>(),
    site(Operation::get(path::INBOX_DEVICES, "The account's devices.")).gives::<admin::Devices>(200),
    site(Operation::post(path::INBOX_DEVICES_END, "Ends a device's sessions and forgets it."))
        .takes::<admin::EndDevice>()
        .or(&[Forbidden, NotFound]),
    site(Operation::post(path::INBOX_RECOVERY, "The recovery code was asked for and was right."))
        .or(&[Forbidden]),
];
