//! Withdrawing (`docs/protocol.md` section 13.1): what the relay may hold is read first, then the withdrawal joins it.

use super::{Courier, Reach, drawn};
use crate::{
    api::{
        Reply, Request,
        answer::{self, Read},
    },
    state::{Answer, End, Ending, Look},
};
use einwurf_protocol::{
    VERSION,
    api::{
        path,
        visitor::{Accepted, Append, Receipt},
    },
    problem::Code,
};
use einwurf_seal::CryptoRng;

/// What must be asked next to withdraw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leave {
    /// What there is; answer with [`Courier::looked`] and [`Courier::found`].
    Look(Request, u64),
    /// The withdrawal, or when it was; answer with [`Courier::left`].
    Ask(Request),
    /// Nothing.
    Done(Ending),
}

impl Courier {
    /// The next step. Before anything was posted there is nothing to ask anybody.
    pub fn leave(&mut self, rng: &mut impl CryptoRng) -> Leave {
        let (Some(conversation), Some(at), true) = (&self.conversation, &self.at, self.is_tried()) else {
            return Leave::Done(Ending::Done(End::Dropped));
        };
        let token = conversation.token();
        if self.reach == Reach::Gone {
            return Leave::Ask(self.address.of(path::RECEIPT, at, token, None));
        }
        // A message without an answer may lie there or not.
        if !self.opened() || self.behind || self.parcel.is_some() {
            let Some((request, position)) = self.look() else { return Leave::Done(Ending::Lost) };
            return Leave::Look(request, position);
        }
        if self.leaving.is_none() {
            self.leaving = conversation.withdraw(drawn(rng), rng).ok();
        }
        let body = self.leaving.clone().map(|event| Append {
            v: VERSION,
            event,
            grant: None,
            attachments: Vec::new(),
        });
        match body.and_then(|body| serde_json::to_string(&body).ok()) {
            Some(body) => Leave::Ask(self.address.append(at, token, body)),
            None => Leave::Done(Ending::Lost),
        }
    }

    /// Takes what was found; the end if there is nothing to withdraw.
    pub fn found(&mut self, look: &Look) -> Option<Ending> {
        match look {
            Look::News(_) => {
                (self.parcel, self.behind) = (None, false);
                None
            }
            Look::Gone => None,
            Look::Nothing if self.opened() || self.restored => Some(Ending::Done(End::Past)),
            Look::Nothing => Some(Ending::Done(End::Dropped)),
            Look::Lost | Look::Untrusted => Some(Ending::Lost),
        }
    }

    /// Takes the relay's answer to [`Leave::Ask`]; none if there is more to ask.
    pub fn left(&mut self, reply: &Reply) -> Option<Ending> {
        if self.reach == Reach::Gone {
            let Read::Done(receipt) = answer::got::<Receipt>(reply) else { return Some(Ending::Lost) };
            return Some(Ending::Done(proven(&receipt)));
        }
        match answer::made::<Accepted>(reply) {
            Read::Done(accepted) => {
                let envelope = self.leaving.clone()?;
                let joins = self.joins(&envelope, &accepted);
                Some(if joins { Ending::Done(End::Withdrawn(accepted.at)) } else { Ending::Lost })
            }
            Read::Problem(problem) => match self.problem(*problem) {
                Answer::Behind => self.conflict(),
                Answer::Refused(code) if code == Code::ChainConflict.as_str() => self.conflict(),
                Answer::Gone => None,
                Answer::NoAccess => Some(Ending::Done(End::Past)),
                _ => Some(Ending::Lost),
            },
            Read::Lost => Some(Ending::Lost),
        }
    }

    /// Somebody was faster: what they did is read before another withdrawal joins it.
    fn conflict(&mut self) -> Option<Ending> {
        (self.leaving, self.behind) = (None, true);
        None
    }
}

/// How it ended, by what is left of it.
fn proven(receipt: &Receipt) -> End {
    let Some(at) = receipt.withdrawn else { return End::Gone };
    End::withdrawn(at, receipt.hold)
}
