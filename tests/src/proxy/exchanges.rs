//! What was asked and how it was answered, by numbers.

use super::{Answered, Asked};

/// Requests with their answers, and how many there were before that are forgotten: what is answered late is known by its
/// number, whatever was forgotten meanwhile.
#[derive(Default)]
pub(super) struct Exchanges {
    forgotten: usize,
    pub(super) known: Vec<(Asked, Option<Answered>)>,
}

impl Exchanges {
    /// Notes a request; answers its number.
    pub(super) fn ask(&mut self, asked: Asked) -> usize {
        self.known.push((asked, None));
        self.forgotten + self.known.len() - 1
    }

    pub(super) fn answer(&mut self, number: usize, answered: Answered) {
        let place = number.checked_sub(self.forgotten);
        if let Some(entry) = place.and_then(|place| self.known.get_mut(place)) {
            entry.1 = Some(answered);
        }
    }

    pub(super) fn forget(&mut self) {
        self.forgotten += self.known.len();
        self.known.clear();
    }
}
