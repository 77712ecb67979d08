//! Routes of visitors, of the operator, and those by which a member comes in.

use super::operation::{
    AFTER, ATTACHMENT, Answer, CONVERSATION, MAYBE, NOTICE, Needs, Operation, PART, SITE, TICKET, WORK,
};
use crate::{
    api::{admin, login, path, visitor},
    problem::Code::{
        ChainConflict, Conflict, ConsentRequired, ConsentStale, Gone, KeyRetired, LimitReached, Malformed,
        MessageConflict, NotFound, Restricted, TextOnly, Unauthorized, WorkRequired,
    },
};

/// What a conversation's visitor asks for.
const fn visitors(operation: Operation) -> Operation {
    operation.needs(Needs::Token)
}

pub(super) const VISITORS: &[Operation] = &[
    Operation::get(path::RELAY, "Version and place of this relay.").gives::<visitor::RelayInfo>(200),
    Operation::get(path::OPENAPI, "This document.").answers(Answer::Document).or(&[NotFound]),
    Operation::get(path::MANIFEST, "The site's manifest.")
        .headers(&[SITE])
        .answers(Answer::Jose)
        .or(&[NotFound]),
    Operation::get(path::NOTICE, "A notice that is or was in force.")
        .headers(&[SITE, NOTICE])
        .answers(Answer::Document)
        .or(&[Malformed, NotFound]),
    Operation::get(path::ROSTER, "The site's roster.").headers(&[SITE]).answers(Answer::Jose).or(&[NotFound]),
    Operation::get(path::STATUS, "When somebody is there.")
        .headers(&[SITE])
        .answers(Answer::Jose)
        .or(&[NotFound]),
    Operation::post(path::TICKETS, "A ticket for one conversation.")
        .headers(&[SITE, MAYBE])
        .gives::<visitor::Ticket>(201)
        .or(&[LimitReached, NotFound, Unauthorized]),
    visitors(Operation::post(path::CONVERSATIONS, "Opens a conversation with its first message."))
        .headers(&[SITE, TICKET, WORK])
        .takes::<visitor::Open>()
        .gives::<visitor::Accepted>(201)
        .or(&[
            ChainConflict,
            ConsentRequired,
            ConsentStale,
            Gone,
            KeyRetired,
            LimitReached,
            MessageConflict,
            NotFound,
            TextOnly,
            WorkRequired,
        ]),
    visitors(Operation::post(path::EVENTS, "The visitor's next event."))
        .headers(&[CONVERSATION, WORK])
        .takes::<visitor::Append>()
        .gives::<visitor::Accepted>(201)
        .or(&[
            ChainConflict,
            ConsentStale,
            Gone,
            KeyRetired,
            LimitReached,
            MessageConflict,
            NotFound,
            Restricted,
            TextOnly,
            WorkRequired,
        ]),
    visitors(Operation::get(path::EVENTS, "The conversation, or what lies after a position."))
        .headers(&[CONVERSATION, AFTER])
        .gives::<visitor::Events>(200)
        .or(&[Gone, Malformed]),
    visitors(Operation::get(path::RECEIPT, "The proof of consent."))
        .headers(&[CONVERSATION])
        .gives::<visitor::Receipt>(200),
    visitors(Operation::get(path::DATA, "Everything that the relay holds of the conversation."))
        .headers(&[CONVERSATION])
        .gives::<visitor::Data>(200)
        .or(&[Gone]),
    visitors(Operation::put(
        path::ATTACHMENT,
        "A part of an attachment that an event of the visitor declared.",
    ))
    .headers(&[CONVERSATION, ATTACHMENT, PART])
    .takes_part()
    .or(&[Gone, LimitReached, NotFound, Restricted]),
    visitors(Operation::get(path::ATTACHMENT, "A part of an attachment."))
        .headers(&[CONVERSATION, ATTACHMENT, PART])
        .answers(Answer::Part)
        .or(&[Gone, Malformed, NotFound]),
    visitors(Operation::get(path::ATTACHMENTS, "The attachments, and what of them is missing."))
        .headers(&[CONVERSATION])
        .gives::<visitor::Attachments>(200)
        .or(&[Gone]),
    Operation::get(path::LIVE, "WebSocket that says when there is something to look at.")
        .needs(Needs::Connection)
        .answers(Answer::Connection)
        .or(&[Gone, Malformed]),
];

pub(super) const ENTERING: &[Operation] = &[
    Operation::post(path::SITES, "Creates a site.").needs(Needs::Operator).gives::<login::NewSite>(201),
    Operation::post(path::SETUP_START, "First step of the set-up; consumes nothing.")
        .needs(Needs::Setup)
        .headers(&[SITE])
        .takes::<login::SetupStart>()
        .gives::<login::SetupStarted>(200),
    Operation::post(path::SETUP, "Completes the set-up and uses up its link.")
        .needs(Needs::Setup)
        .headers(&[SITE])
        .takes::<login::Setup>()
        .answers(Answer::Created)
        .or(&[Conflict, LimitReached]),
    Operation::post(path::LOGIN_START, "First message of a login.")
        .needs(Needs::Login)
        .headers(&[SITE])
        .takes::<login::LoginStart>()
        .gives::<login::LoginStarted>(200)
        .or(&[NotFound, WorkRequired]),
    Operation::post(path::LOGIN_FINISH, "Last message of a login.")
        .needs(Needs::Login)
        .headers(&[SITE])
        .takes::<login::LoginFinish>()
        .gives::<login::Session>(200)
        .or(&[NotFound]),
    Operation::post(path::RECOVERY_START, "Begins a login by recovery code.")
        .headers(&[SITE])
        .gives::<login::RecoveryStarted>(200)
        .or(&[NotFound, Unauthorized]),
    Operation::post(path::RECOVERY, "Ends it.")
        .needs(Needs::Login)
        .headers(&[SITE])
        .takes::<login::RecoveryFinish>()
        .gives::<login::Session>(200)
        .or(&[NotFound]),
    Operation::post(path::LOGOUT, "Ends the session.").needs(Needs::Session).headers(&[SITE]),
    Operation::get(path::INVITATION, "What an invitation says; consumes nothing.")
        .needs(Needs::Invitation)
        .headers(&[SITE])
        .gives::<admin::InvitationShown>(200)
        .or(&[NotFound]),
    Operation::post(path::INVITATION_START, "First step of the invited person's password.")
        .needs(Needs::Invitation)
        .headers(&[SITE])
        .takes::<admin::InvitationStart>()
        .gives::<admin::Registering>(200)
        .or(&[Conflict]),
    Operation::post(path::INVITATION, "Answers an invitation.")
        .needs(Needs::Invitation)
        .headers(&[SITE])
        .takes::<admin::AnswerInvitation>()
        .answers(Answer::Created)
        .or(&[Conflict]),
];
