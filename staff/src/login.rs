//! What a login needs before it asks.

use einwurf_protocol::{limits::WORK_BITS_MOST, work::Challenge};

/// Whether a challenge asks for no more than the protocol allows: a relay must not keep a device busy for ever.
pub fn is_fair(challenge: &Challenge) -> bool {
    challenge.bits() <= WORK_BITS_MOST
}

/// The form in which set-up and login send an account name: addresses are compared without case.
pub fn account(typed: &str) -> String {
    typed.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{time::Timestamp, work::Parameters};

    #[test]
    fn work_beyond_the_protocols_limit_is_not_begun() {
        let challenge = |bits| Challenge {
            parameters: Parameters::new(bits, Timestamp(0), [0; 32]),
            signature: String::new(),
        };
        assert!(is_fair(&challenge(WORK_BITS_MOST - 1)) && is_fair(&challenge(WORK_BITS_MOST)));
        assert!(!is_fair(&challenge(WORK_BITS_MOST + 1)));
    }

    #[test]
    fn case_and_spaces_do_not_make_another_account() {
        assert_eq!(account("  Anna@Firma.example "), "anna@firma.example");
    }
}
