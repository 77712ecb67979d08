//! What holds an answer back until somebody lets it go.

use std::sync::{Condvar, Mutex, PoisonError};

/// Closed at first; opens once.
#[derive(Debug, Default)]
pub struct Gate(Mutex<bool>, Condvar);

impl Gate {
    /// Waits until it is open.
    pub fn wait(&self) {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.1.wait_while(open, |open| !*open).unwrap_or_else(PoisonError::into_inner));
    }

    /// Lets everybody through who waits, and who comes.
    pub fn open(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.1.notify_all();
    }
}
