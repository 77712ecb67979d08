//! How many mails are on their way at a time while somebody waits for the answer: a server that stalls must not gather
//! connections.

use std::cell::Cell;

/// As many.
const AT_A_TIME: u32 = 4;

/// The place of one of them. It is given back when it is dropped: also with a request that nobody waits for any more.
#[derive(Debug)]
pub struct Place<'a>(&'a Cell<u32>);

impl<'a> Place<'a> {
    /// A place, if there is one.
    pub fn take(taken: &'a Cell<u32>) -> Option<Self> {
        let now = taken.get().checked_add(1).filter(|now| *now <= AT_A_TIME)?;
        taken.set(now);
        Some(Self(taken))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_are_waited_for_at_a_time_and_a_place_comes_back_whatever_becomes_of_the_request() {
        let taken = Cell::new(0);
        let mut places: Vec<_> = (1..=3).map(|_| Place::take(&taken).unwrap()).collect();
        let fourth = Place::take(&taken).unwrap();
        assert!(Place::take(&taken).is_none() && Place::take(&taken).is_none(), "and refusing takes none");
        drop(fourth);
        places.push(Place::take(&taken).unwrap());
        assert!(Place::take(&taken).is_none());
        // A request that is dropped while it waits for the server.
        drop(places.pop());
        let request = async {
            let _place = Place::take(&taken).unwrap();
            std::future::pending::<()>().await;
        };
        let mut request = Box::pin(request);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(request.as_mut().poll(&mut context).is_pending());
        assert!(Place::take(&taken).is_none());
        drop(request);
        assert!(Place::take(&taken).is_some());
        drop(places);
        assert_eq!(taken.get(), 0);
    }
}
