//! What a webhook's receiver was told while the relay was killed.

use super::life::Life;
use crate::{
    pace,
    receiver::{Receiver, Taken},
};
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// A receiver that has moods, and all that it was told.
#[derive(Debug)]
pub struct Told {
    receiver: Receiver,
    taken: Vec<Taken>,
}

/// What a call is about: its type, the conversation's code, the event's place.
type About = (String, String, Option<u64>);

impl Told {
    /// Nothing yet.
    pub fn new(receiver: Receiver) -> Self {
        Self { receiver, taken: Vec::new() }
    }

    /// Answers with this status from now on.
    pub fn answer(&mut self, status: u16) -> Result<()> {
        self.taken.extend(self.receiver.answer(status)?);
        Ok(())
    }

    /// Waits until it was told of everything that is there to be told, each under one id and always in the same words.
    pub fn of_all(&mut self, lives: &[Life]) -> Result<()> {
        let expected: BTreeSet<About> = lives.iter().flat_map(due).collect();
        let mut missing = expected.clone();
        // As long as they come: there are thousands after a long fire.
        while !missing.is_empty() {
            let before = missing.len();
            pace::until("another call", || {
                self.answer(200)?;
                let told = self.ids()?;
                missing.retain(|about| !told.contains_key(about));
                Ok((missing.len() < before).then_some(()))
            })
            .with_context(|| format!("{} of {} were never told: {missing:?}", before, expected.len()))?;
        }
        Ok(())
    }

    /// The id of each call.
    fn ids(&self) -> Result<BTreeMap<About, String>> {
        let (mut ids, mut said) = (BTreeMap::new(), BTreeMap::new());
        for taken in &self.taken {
            let id = taken.header("webhook-id")?.to_owned();
            let body = said.entry(id.clone()).or_insert(&taken.body);
            ensure!(*body == &taken.body, "one id, and other words: {id}");
            let about = about(taken)?;
            let first = ids.entry(about.clone()).or_insert_with(|| id.clone());
            ensure!(*first == id, "{about:?} under {first} and {id}");
        }
        Ok(ids)
    }
}

fn about(taken: &Taken) -> Result<About> {
    let body = taken.json()?;
    let data = body.get("data").context("no data")?;
    let code = data.get("conversation").and_then(|code| code.as_str()).context("no conversation")?;
    Ok((taken.occasion()?, code.to_owned(), data.get("seq").and_then(serde_json::Value::as_u64)))
}

/// What has to be told of a conversation. Of one that was withdrawn, that it was: what it said is gone.
fn due(life: &Life) -> Vec<About> {
    let code = life.visitor.conversation.cid().code();
    if life.withdrawn.is_some() {
        return vec![("conversation.erased".to_owned(), code, None)];
    }
    let occasion = |answer: bool| if answer { "message.answered" } else { "message.created" };
    let events = life.events.iter();
    events
        .map(|event| (occasion(event.by_staff).to_owned(), code.clone(), Some(event.accepted.seq)))
        .collect()
}
